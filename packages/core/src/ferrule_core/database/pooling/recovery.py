"""What follows when a statement outside of a transaction failed with its connection."""

from __future__ import annotations

import re
from typing import NoReturn

from ferrule_core.errors import (
    CommitUnknown,
    ConnectionLost,
    DatabaseError,
    DataError,
    SchemaChanged,
)
from ferrule_core.lazy import pattern
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.effects import only_reads

_SHOWS = pattern(r"\s*(SELECT|VALUES|TABLE|SHOW|EXPLAIN|FETCH)\b", re.IGNORECASE)
"""Texts that report something: whoever lost the answer of one asks again."""


def may_run_again(error: DatabaseError, statement: CompiledQuery | CompiledBatch) -> bool:
    """Whether a statement can be run once more without being done twice.

    That is so where nothing of it was done, or where the library made it and it only reads.
    """
    if isinstance(error, SchemaChanged):
        match error.statement:
            case "not run":
                return True
            case "undone":  # except what a procedure of the caller committed on its way
                return statement.origin is not None
            case "done":
                return only_reads(statement.origin)
    return isinstance(error, ConnectionLost) and only_reads(statement.origin)


def raise_honestly(error: DatabaseError, statement: CompiledQuery | CompiledBatch) -> NoReturn:
    """Raise the error, or the one that says what is known of a write.

    Raises:
        CommitUnknown: The connection broke while something other than a read was under way.
        DataError: It was done, but what it returned cannot be read.
    """
    if isinstance(error, ConnectionLost) and not (error.undone or _shows(statement)):
        raise CommitUnknown(
            "the connection broke while a statement ran that was its own transaction: "
            "it is done or not",
            hint="look whether its rows are there before you run it again",
        ) from error
    if isinstance(error, SchemaChanged) and error.statement == "done" and not _shows(statement):
        raise DataError(
            "the statement was done, but a type changed while it was prepared and what it "
            "returned cannot be read",
            hint="read the rows again; do not run the statement a second time",
        ) from error
    raise error


def _shows(statement: CompiledQuery | CompiledBatch) -> bool:
    return _SHOWS.match(statement.text) is not None or only_reads(statement.origin)
