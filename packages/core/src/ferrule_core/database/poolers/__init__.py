"""What may stand before the server: a pooler that gives each transaction another session."""
