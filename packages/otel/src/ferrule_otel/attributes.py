"""Names and values of OpenTelemetry's semantic conventions for PostgreSQL.

https://opentelemetry.io/docs/specs/semconv/db/postgresql/, which is stable, with
https://opentelemetry.io/docs/specs/semconv/db/database-spans/ for all databases.
"""

from __future__ import annotations

from ferrule_core.errors import DatabaseError, FerruleError
from ferrule_core.plugins.contracts import DatabaseUrl, Operation, Outcome

Attributes = dict[str, str | int]

SYSTEM = "postgresql"
DEFAULT_PORT = 5432
LONGEST_SUMMARY = 255
"""Characters; the conventions name this bound for span names and summaries."""


def place_attributes(url: DatabaseUrl) -> Attributes:
    """Which database: the same for all that is sent to it.

    ``db.namespace`` is the database alone: the schema of a session is not known without asking.
    """
    found: Attributes = {"db.system.name": SYSTEM}
    if url.database is not None:
        found["db.namespace"] = url.database
    if url.host is not None:
        found["server.address"] = url.host
        if url.port is not None and url.port != DEFAULT_PORT:
            found["server.port"] = url.port
    return found


def operation_attributes(operation: Operation) -> Attributes:
    """What is done, in few different values: for spans and metrics."""
    found: Attributes = {}
    # By the conventions not taken from the text of a query, which may hold several commands.
    if operation.command is not None and (operation.tables or operation.kind == "control"):
        found["db.operation.name"] = f"{_batch(operation)}{operation.command}"
    if len(operation.tables) == 1:
        found["db.collection.name"] = operation.tables[0]
    return found


def query_attributes(operation: Operation) -> Attributes:
    """What is sent, for spans alone. No value is in it."""
    found: Attributes = {"db.query.text": operation.text}
    if summary := summary_of(operation):
        found["db.query.summary"] = summary
    if operation.size != 1:
        found["db.operation.batch.size"] = operation.size
    return found


def summary_of(operation: Operation) -> str | None:
    """``SELECT shop.book shop.author``: what groups queries, and names spans."""
    if operation.command is None:
        return None
    words = [f"{_batch(operation)}{operation.command}"]
    length = len(words[0])
    for table in operation.tables:
        length += 1 + len(table)
        if length > LONGEST_SUMMARY:
            break
        words.append(table)
    return " ".join(words)


def error_attributes(outcome: Outcome) -> Attributes:
    """Why it failed, without the words of the error, which may quote a value.

    ``error.type`` is the server's SQLSTATE, else the name of the error's class.
    """
    error = outcome.error
    if error is None:
        return {}
    sqlstate = error.sqlstate if isinstance(error, DatabaseError) else None
    if sqlstate is not None:
        return {"error.type": sqlstate, "db.response.status_code": sqlstate}
    kind = type(error)
    ours = isinstance(error, FerruleError) or kind.__module__ == "builtins"
    return {"error.type": kind.__qualname__ if ours else f"{kind.__module__}.{kind.__qualname__}"}


def _batch(operation: Operation) -> str:
    return "BATCH " if operation.kind == "batch" and operation.size != 1 else ""
