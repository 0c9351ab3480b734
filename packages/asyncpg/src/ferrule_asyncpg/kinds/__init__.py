"""Values that asyncpg would give in classes of its own, or as text, in the server's binary form."""

from __future__ import annotations
