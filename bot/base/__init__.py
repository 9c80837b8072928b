"""What every other room of `bot` may use: the clock, chance, the words of the command line, the log.

Imports none of them.
"""
