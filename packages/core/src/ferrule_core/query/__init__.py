"""Queries as immutable values, and their way to the database."""
