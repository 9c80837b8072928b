"""The questions of a form, one at a time: where the person is, how each is put, what an answer may mean.

Sends and keeps nothing.
"""
