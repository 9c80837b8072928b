"""How things are kept, whatever they are: the database, its keys, its tables, its copies.

What is kept has a file each, beside this folder.
"""
