"""The check of a call for its editors, in a process of its own: it takes seconds, and anybody may have written it."""
