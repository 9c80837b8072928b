"""What a person typed, made into something to decide on.

Answers nothing and knows neither dossier nor knowledge base.
"""
