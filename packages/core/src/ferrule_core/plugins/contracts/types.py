"""How a type of PostgreSQL is said in Python."""

from __future__ import annotations

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMapping:
    """One type of the server and its Python annotation.

    Attributes:
        name: ``pg_type.typname``, e.g. ``timestamptz``. Types of an extension have the same name
            whatever schema they were installed in, so no schema is given.
        annotation: What stands in ``Column[...]``: ``datetime``, ``dict[str, Any]``.
        import_from: Module from which the annotation's first name is imported; ``None`` for
            builtins.
        further: Modules of other names in the annotation, as pairs of name and module.
        constructor: Name in ``ferrule.types`` that spells the type in a model where annotation
            alone would not give it back: ``Numeric`` for ``numeric(10, 2)``; ``None`` where it
            would.
    """

    name: str
    annotation: str
    import_from: str | None = None
    constructor: str | None = None
    further: tuple[tuple[str, str], ...] = ()
