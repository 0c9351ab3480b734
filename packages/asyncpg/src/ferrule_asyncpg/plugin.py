"""What the asyncpg backend gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_asyncpg.backend import AsyncpgBackend
from ferrule_core.plugins.contracts import Backend
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_backends() -> Sequence[Backend]:
    return [AsyncpgBackend()]
