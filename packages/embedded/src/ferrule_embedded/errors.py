"""What can go wrong with a server that Ferrule runs."""

from __future__ import annotations

from ferrule_core.errors import FerruleError


class ServerFailed(FerruleError):
    """A server could not be made, started or stopped; the message has the end of its log."""

    code = "FER-E001"


class FolderRefused(FerruleError):
    """A folder cannot hold the server: it is somebody else's, or of another major version."""

    code = "FER-E002"
