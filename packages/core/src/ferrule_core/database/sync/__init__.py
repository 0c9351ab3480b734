"""The same without an event loop: one loop in a thread of its own."""
