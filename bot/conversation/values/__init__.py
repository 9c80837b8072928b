"""The values that all of the conversation speaks: messages, state, context, effects.

No route and no decision lives here.
"""
