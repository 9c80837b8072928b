"""The commands of `guichet`: each opens what it needs and hands over.

Nothing is decided here, and nobody imports it but `__main__`.
"""
