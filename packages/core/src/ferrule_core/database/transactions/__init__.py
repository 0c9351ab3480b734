"""Blocks that commit at their end, and what belongs to them."""
