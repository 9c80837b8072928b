"""Between the conversation, which is pure, and the storage: what a turn is given, and how its effects are kept.

Words nothing.
"""
