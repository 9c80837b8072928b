"""The group in which the staff sit, in a chat: what is written there becomes operations of the desk.

No operation lives here.
"""
