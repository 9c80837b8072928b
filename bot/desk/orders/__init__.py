"""What the staff ask for, at whatever desk, and the two tables of how each is done; no desk is known here."""
