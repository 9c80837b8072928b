"""What the editors of the knowledge base learn from the conversations: `guichet insights`."""
