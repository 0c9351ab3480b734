"""Options that the command line adds to each command, so that no command may declare them."""

from __future__ import annotations

OWN_OPTIONS = {
    "json": "Print one JSON document on standard output, for programs.",
    "debug": "Show the traceback of an error; FERRULE_DEBUG=1 does so too.",
}
"""Names and help; they may also stand before the command."""
