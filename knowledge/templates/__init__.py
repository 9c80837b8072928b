"""The language in which editors write texts: read by Jinja2's parser, worked out here on plain values only.

No template is ever made into Python: nothing but the syntax of `grammar`, the filters of `filters` and the mappings of
`plain` can be reached from one. Knows nothing of a call.
"""
