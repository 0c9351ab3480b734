"""Where the generated files lie in the package."""

from __future__ import annotations

from pathlib import PurePosixPath

GENERATED = PurePosixPath("generated")
"""Folder of what a pull writes again."""

TYPING = "typing"
"""Folder in it of what types the arguments of methods."""

MANAGERS = "managers"
"""Folder of the user's managers, and in ``GENERATED`` of what they extend."""
