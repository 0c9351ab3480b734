"""References to types, as columns and other types make them."""

from __future__ import annotations

from ferrule_core.catalog.names import QualifiedName, quote_identifier, shown_name
from ferrule_core.deferred import dataclass

PG_CATALOG = "pg_catalog"

_STANDARD_NAMES = {
    "bool": "boolean",
    "bpchar": "character",
    "bit": "bit",
    "char": '"char"',
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "interval": "interval",
    "numeric": "numeric",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
"""What SQL calls the types whose name in ``pg_type`` is another; from the manual, table 8.1."""

_CUT_TO_ONE = frozenset({"bit", "bpchar"})
"""``bit`` and ``character`` without a length mean a length of 1, the quoted names mean any."""


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type as it is used: its name in ``pg_type``, its arguments, its array dimensions.

    ``varchar(20)[]`` is ``TypeRef("pg_catalog", "varchar", (20,), 1)``. An array is never spelt by
    its own ``pg_type`` row (``_varchar``): ``name`` is always that of the element.

    Attributes:
        schema: Schema of the type; ``pg_catalog`` for built-in ones.
        name: ``pg_type.typname``: ``int4``, ``timestamptz``, ``book_status``.
        arguments: What stands in parentheses, numbers as ``int``, anything else as text; for
            ``interval`` the fields come first, as text: ``("day to second", 3)``.
        dimensions: 0 for a plain value, 1 for ``[]``, 2 for ``[][]``.
    """

    schema: str
    name: str
    arguments: tuple[int | str, ...] = ()
    dimensions: int = 0

    @property
    def qualified(self) -> QualifiedName:
        """The name without arguments and dimensions."""
        return QualifiedName(self.schema, self.name)

    @property
    def builtin(self) -> bool:
        """Whether the type comes with every PostgreSQL."""
        return self.schema == PG_CATALOG

    @property
    def sql(self) -> str:
        """The type as SQL text, in the standard's spelling where there is one."""
        name = quote_identifier(self.name) if self.builtin else self.qualified.sql
        return self._spelt(name)

    def __str__(self) -> str:
        """For people: quoted only where a reader would stumble."""
        name = shown_name(self.name) if self.builtin else str(self.qualified)
        return self._spelt(name)

    def _spelt(self, name: str) -> str:
        """The type with ``name`` where the standard has no other."""
        return f"{self._element(name)}{'[]' * self.dimensions}"

    def _element(self, name: str) -> str:
        standard = _STANDARD_NAMES.get(self.name) if self.builtin else None
        if standard is None or (self.name in _CUT_TO_ONE and not self.arguments):
            return f"{name}{_parenthesised(self.arguments)}"
        if self.name == "interval" and self.arguments and isinstance(self.arguments[0], str):
            return f"interval {self.arguments[0]}{_parenthesised(self.arguments[1:])}"
        first, _, rest = standard.partition(" ")
        if rest in ("without time zone", "with time zone"):
            return f"{first}{_parenthesised(self.arguments)} {rest}"
        return f"{standard}{_parenthesised(self.arguments)}"


def _parenthesised(arguments: tuple[int | str, ...]) -> str:
    return f"({','.join(str(argument) for argument in arguments)})" if arguments else ""
