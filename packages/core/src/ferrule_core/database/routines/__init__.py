"""Stored functions and procedures, called by their names."""
