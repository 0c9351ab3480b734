"""What a class declares, and what that means: columns, relations, expressions, loaders. Pure."""

from __future__ import annotations
