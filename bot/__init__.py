"""Guichet: the counter where French towns get help with a public call for expressions of interest."""

__version__ = "0.1.0"
