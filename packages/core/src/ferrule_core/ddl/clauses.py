"""Small parts that several statements share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ferrule_core.catalog.columns import SequenceOptions
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.sql.literals import quote_literal


def column_list(columns: Iterable[str]) -> str:
    """``("a", "b")``."""
    return f"({', '.join(map(quote_identifier, columns))})"


def collate(collation: QualifiedName | None) -> str:
    """`` COLLATE "schema"."name"``, or nothing."""
    return "" if collation is None else f" COLLATE {collation.sql}"


def parameters(values: tuple[tuple[str, str], ...]) -> str:
    """`` WITH (...)``: storage parameters, or options of a view; nothing where there are none."""
    return f" WITH ({assigned(values)})" if values else ""


def using_tablespace(tablespace: str | None) -> str:
    """`` USING INDEX TABLESPACE ...`` of a constraint, or nothing."""
    return "" if tablespace is None else f" USING INDEX TABLESPACE {quote_identifier(tablespace)}"


def operator_class_parameters(values: tuple[tuple[str, str], ...]) -> str:
    """``(...)`` behind the name of an operator class; nothing where there are none."""
    return f"({assigned(values)})" if values else ""


def assigned(values: tuple[tuple[str, str], ...]) -> str:
    """``name = 'value'``, with commas between."""
    return ", ".join(f"{_dotted(name)} = {quote_literal(text)}" for name, text in values)


def _dotted(name: str) -> str:
    """The name of a parameter, which may have a namespace: ``toast.autovacuum_enabled``."""
    return ".".join(map(quote_identifier, name.split(".", 1)))


def deferring(*, deferrable: bool, initially_deferred: bool) -> str:
    """When a constraint is checked; nothing where that is after each statement."""
    if not deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if initially_deferred else " DEFERRABLE"


def counting(options: SequenceOptions) -> Iterator[str]:
    """The clauses of a sequence, those that say the default left out."""
    if options.increment != 1:
        yield f"INCREMENT BY {options.increment}"
    if options.minimum is not None:
        yield f"MINVALUE {options.minimum}"
    if options.maximum is not None:
        yield f"MAXVALUE {options.maximum}"
    if options.start is not None:
        yield f"START WITH {options.start}"
    if options.cache != 1:
        yield f"CACHE {options.cache}"
    if options.cycle:
        yield "CYCLE"


def comment_on(kind: str, name: str, comment: str | None) -> Iterator[str]:
    """``COMMENT ON``, where there is a comment.

    Args:
        kind: ``TABLE``, ``COLUMN`` and so on.
        name: The name in SQL, for a constraint with its table.
        comment: What is said.
    """
    if comment is not None:
        yield f"COMMENT ON {kind} {name} IS {quote_literal(comment)}"
