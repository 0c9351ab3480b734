"""pluggy's markers for Ferrule's hooks."""

from __future__ import annotations

import pluggy

PROJECT = "ferrule"
"""Name of the entry-point group, and of the project for pluggy."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
