"""What a statement does, in a few words: its command and its tables."""

from __future__ import annotations

from ferrule_core.lazy import pattern
from ferrule_core.sql.nodes import (
    Delete,
    Insert,
    Select,
    SetOperation,
    SubqueryRef,
    TableRef,
    Update,
)

_FIRST_WORD = pattern(r"[\s(;]*([A-Za-z]+)")

COMMANDS = frozenset({
    "ABORT", "ALTER", "ANALYZE", "BEGIN", "CALL", "CHECKPOINT", "CLOSE", "CLUSTER", "COMMENT",
    "COMMIT", "COPY", "CREATE", "DEALLOCATE", "DECLARE", "DELETE", "DISCARD", "DO", "DROP", "END",
    "EXECUTE", "EXPLAIN", "FETCH", "GRANT", "IMPORT", "INSERT", "LISTEN", "LOAD", "LOCK", "MERGE",
    "MOVE", "NOTIFY", "PREPARE", "REASSIGN", "REFRESH", "REINDEX", "RELEASE", "RESET", "REVOKE",
    "ROLLBACK", "SAVEPOINT", "SECURITY", "SELECT", "SET", "SHOW", "START", "TABLE", "TRUNCATE",
    "UNLISTEN", "UPDATE", "VACUUM", "VALUES", "WITH",
})  # fmt: skip
"""First words of PostgreSQL's commands."""


def command_of_text(text: str) -> str | None:
    """The command that SQL text begins with, in capitals; ``None`` where it is none that is known.

    Comments must be gone already: ``redacted`` sees to that.
    """
    found = _FIRST_WORD.match(text)
    word = found[1].upper() if found else ""
    return word if word in COMMANDS else None


def tables_of(statement: object) -> tuple[str, ...]:
    """The tables that a statement node names, each once and the main one first.

    Those of subqueries in ``FROM`` are among them, those in conditions are not.
    """
    found: dict[str, None] = {}
    _collect(statement, found)
    return tuple(found)


def _collect(node: object, found: dict[str, None]) -> None:
    match node:
        case TableRef(name, schema):
            found[name if schema is None else f"{schema}.{name}"] = None
        case SubqueryRef(select):
            _collect(select, found)
        case Select():
            _collect(node.source, found)
            for join in node.joins:
                _collect(join.source, found)
        case SetOperation():
            _collect(node.left, found)
            _collect(node.right, found)
        case Insert():
            _collect(node.table, found)
            _collect(node.rows, found)
        case Update() | Delete():
            _collect(node.table, found)
            _collect(node.source, found)
            for join in node.joins:
                _collect(join.source, found)
        case _:
            pass
