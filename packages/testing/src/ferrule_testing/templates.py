"""Templates: databases that are filled once in a run and cloned for each test."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import FunctionType

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.databases import DatabaseMaker, database_name

Step = str | Path | Callable[[DatabaseUrl], object]
"""SQL, a file of SQL, or what fills the database at a URL (and may be async)."""

TEMPLATE = "template"

Recipe = Sequence[Step]


def template_name(run: str, recipe: Recipe) -> str:
    """The name that all processes of a run have for a recipe."""
    hashed = hashlib.sha256()
    for step in recipe:
        hashed.update(_identity(step).encode() + b"\0")
    return database_name("ferrule", run, hashed.hexdigest()[:12], TEMPLATE)


def _identity(step: Step) -> str:
    """What tells a step from others, in all processes of a run.

    Where that cannot be known of a function, because of what it holds, the processes differ and
    each makes a template of its own.
    """
    if isinstance(step, str):
        return step
    if isinstance(step, Path):
        return step.read_text(encoding="utf-8")
    if isinstance(step, FunctionType):
        held = [cell.cell_contents for cell in step.__closure__ or ()]
        return f"{step.__module__}.{step.__qualname__} {held!r} {step.__defaults__!r}"
    return repr(step)


@asynccontextmanager
async def only_one(maker: DatabaseMaker, name: str) -> AsyncGenerator[None]:
    """Let one process of all that use this server make a template; the others wait."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    await maker.connection.execute("SELECT pg_advisory_lock($1)", [key])
    try:
        yield
    finally:
        await maker.connection.execute("SELECT pg_advisory_unlock($1)", [key])


async def is_finished(maker: DatabaseMaker, name: str) -> bool:
    """Whether a template is there; a finished one takes no connections any more."""
    row = await maker.connection.fetch_first(
        "SELECT 1 FROM pg_database WHERE datname = $1 AND NOT datallowconn", [name]
    )
    return row is not None


async def finish(maker: DatabaseMaker, name: str) -> None:
    """Close a template, so that nothing but its clones can be changed."""
    await maker.connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
