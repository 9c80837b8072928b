"""What people say in their own words: lists of expressions, and what follows from them for an answer."""
