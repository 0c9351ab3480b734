"""The classes that users inherit from, with their verbs."""

from __future__ import annotations
