"""What the staff of a call decide and answer with, as data: decisions, templates of replies. No rule of other files."""
