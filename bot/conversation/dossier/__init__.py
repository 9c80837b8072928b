"""The dossier: its value, its moves, and what a town may do with it in conversation."""
