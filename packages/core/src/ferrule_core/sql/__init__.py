"""Statements as values, and their compilation to SQL text."""
