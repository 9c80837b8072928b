"""A person's own data: the notice, the copy, the erasure, and how long each thing is kept."""
