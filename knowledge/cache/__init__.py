"""What was worked out once is read again from a folder that may be emptied: data, never code; ours, nobody else's."""
