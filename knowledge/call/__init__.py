"""The folder of a call: its files read, their shapes, and every rule that they keep.

Matches no question and finds no town.
"""
