"""Connections that are kept, and given to one task at a time."""
