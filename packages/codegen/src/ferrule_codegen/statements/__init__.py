"""SQL statements in files, as typed functions of Python."""
