"""Stored functions and procedures, as functions of Python."""
