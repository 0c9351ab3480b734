"""What needs a session of its own, or more than statements: LISTEN, advisory locks, COPY."""
