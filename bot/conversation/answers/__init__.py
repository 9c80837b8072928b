"""Questions to the knowledge base and about towns, and how their answers are said. Asks no question of a form."""
