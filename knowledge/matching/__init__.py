"""A question becomes the ranked entries of the knowledge base.

Knows texts and scores, no file of a call but its entries.
"""
