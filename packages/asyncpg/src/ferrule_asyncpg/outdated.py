"""When a session's statements are older than the schema.

asyncpg keeps statements prepared, with the types that their parameters had then. When the schema
changes, the server or asyncpg's own encoder refuses them, with errors that also have other causes.
What tells them apart is to prepare the statement again: it is outdated if its parameters have other
types now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import asyncpg
from asyncpg.exceptions import InvalidCachedStatementError, OutdatedSchemaCacheError

from ferrule_asyncpg.failures import DRIVER_ERRORS, server_fields, translated
from ferrule_asyncpg.scrubbing import HIDDEN, scrub
from ferrule_asyncpg.session import Session
from ferrule_core.errors import FerruleError, SchemaChanged

_RESOLUTION = frozenset({"42804", "42P18", "42846", "42883", "42725"})
"""SQLSTATEs that parameters of a wrong type give: mismatch, unknown type, cast, function, operator.

A statement that was prepared before can meet them only because the schema changed, or in a
function that it calls.
"""

_NO_SUCH_STATEMENT = "26000"


def refused_by_client(error: BaseException) -> bool:
    """Whether asyncpg could not encode a parameter, so that nothing was sent."""
    return isinstance(error, asyncpg.DataError) and error.severity is None


def refused_in_batch(error: BaseException) -> bool:
    """Whether asyncpg could not encode a parameter of a batch of which it had sent a part.

    It keeps its error where results are collected, and fails over that when the first one comes.
    """
    return isinstance(error, TypeError) and str(error).startswith("Expected list, got ")


async def run_prepared_again(
    session: Session, error: BaseException, text: str, parameters: Sequence[object], limit: int
) -> Any:  # noqa: ANN401 - asyncpg's result
    """Run a statement once more, newly prepared, that the client refused to send.

    Raises:
        SchemaChanged: It is still refused, but its parameters have other types than before.
        FerruleError: What the first error means, or the second.
    """
    before = session.forget_statement(text)
    if before is None:
        raise translated(error, parameters) from error
    scrub(error, HIDDEN)  # before it becomes the context of another one
    try:
        return await session.run(text, parameters, limit, None, return_status=True)
    except DRIVER_ERRORS as second:
        after = session.forget_statement(text)
        if refused_by_client(second) and after is not None and _differ(before, after):
            raise _schema_changed("not run", error) from error
        raise translated(second, parameters, closed=session.is_closed()) from second


async def diagnosed(
    session: Session, error: BaseException, text: str, parameters: Sequence[object] = ()
) -> FerruleError:
    """Our error for one of asyncpg's, which may come from an outdated statement."""
    statement = await _outdated(session, error, text)
    if statement is None:
        return translated(error, parameters, closed=session.is_closed())
    return _schema_changed(statement, error)


async def _outdated(
    session: Session, error: BaseException, text: str
) -> Literal["not run", "undone", "done"] | None:
    """What became of a statement that failed because the schema changed; else ``None``."""
    if isinstance(error, OutdatedSchemaCacheError):
        return "done"
    if isinstance(error, InvalidCachedStatementError):
        return "not run"
    if session.is_closed() or not isinstance(error, asyncpg.PostgresError):
        return None
    if error.sqlstate == "XX000":
        return "undone" if "cache lookup failed" in str(error.message) else None
    refused = refused_by_client(error)
    forgotten = error.sqlstate == _NO_SUCH_STATEMENT
    if not (refused or forgotten or (error.sqlstate in _RESOLUTION and not _inside(error))):
        return None
    # In a transaction that failed nothing can be prepared, and what was forgotten need not be.
    ask = refused or not (forgotten or session.is_in_transaction())
    return "undone" if await _differs_now(session, text, ask=ask) else None


async def _differs_now(session: Session, text: str, *, ask: bool) -> bool:
    """Whether a statement that was prepared before would have other parameters now.

    Args:
        session: Where it is prepared.
        text: The statement.
        ask: Whether the server can be asked; where not, the answer is yes.
    """
    before = session.forget_statement(text)
    if before is None or not ask:
        return before is not None
    try:
        return _differ(before, await session.prepare_again(text))
    except DRIVER_ERRORS:
        return False  # it is wrong now, whatever it was


def _inside(error: asyncpg.PostgresError) -> bool:
    """Whether the error comes from a function that the statement called."""
    context: str | None = error.context
    return context is not None and not context.startswith("unnamed portal")


def _differ(before: Sequence[tuple[int, str]], after: Sequence[tuple[int, str]]) -> bool:
    return [oid for oid, _ in before] != [oid for oid, _ in after]


def _schema_changed(
    statement: Literal["not run", "undone", "done"], error: BaseException
) -> SchemaChanged:
    changed = SchemaChanged(
        "the schema changed under a prepared statement",
        statement=statement,
        hint="run the whole transaction again",
        fields=server_fields(error) if isinstance(error, asyncpg.PostgresError) else None,
    )
    scrub(error, changed.message)
    return changed
