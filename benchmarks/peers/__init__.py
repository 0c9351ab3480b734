"""Other libraries at the same work; they are installed in an environment of their own."""
