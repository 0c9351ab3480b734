"""Hooks, the contracts of what they hand out, and the manager that asks them."""
