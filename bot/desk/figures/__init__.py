"""Figures of what was sent, as numbers and as pictures with a table each. Nothing here tells of anybody."""
