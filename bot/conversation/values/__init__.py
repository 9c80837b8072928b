"""What a dossier, a request, a deadline or a document is, as plain values with their rules. Says nothing to anyone."""
