"""The closing days: asked to be recalled, recalled, put into an agenda, told when they move."""
