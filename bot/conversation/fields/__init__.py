"""The kinds of answer that a question of a form may have: a text becomes a value, or the reason why not.

Knows no form.
"""
