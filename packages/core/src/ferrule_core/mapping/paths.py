"""The way from a model through its relations: which row of a statement a column belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ferrule_core.catalog.names import MAX_NAME_BYTES
from ferrule_core.errors import UnknownColumn, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrule_core.mapping.columns import Column
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.sql.nodes import Join

ROOT_ALIAS = "t"


class Path:
    """A model, or what is reached from it by relations; each path exists once.

    So the alias of every row that a statement can speak of is known before there is a statement,
    and expressions can be made of final nodes.

    Attributes:
        table: What the path leads to.
        alias: Name of the row in a statement: ``t``, ``t.author``, ``t.author.publisher``.
        parent: The path without its last relation; ``None`` for a model itself.
        link: The last relation.
        many: Whether a relation on the way leads to several rows.
        reached: What an expression on this path has to say that it reaches through.
        columns: The expressions for its columns that were asked for so far.
        keywords: What keywords of filters mean here, as far as they were used, kept by whoever
            reads them.
        join: The join that brings the row into a statement, once one needed it.
    """

    __slots__ = (
        "_children",
        "alias",
        "columns",
        "join",
        "keywords",
        "link",
        "many",
        "parent",
        "reached",
        "table",
    )

    def __init__(
        self, table: ModelTable, parent: Path | None = None, link: Link | None = None
    ) -> None:
        self.table = table
        self.parent = parent
        self.link = link
        self.many = False
        self.alias = ROOT_ALIAS
        self.reached: tuple[Path, ...] = (self,)
        if parent is not None and link is not None:
            self.many = parent.many or link.many
            self.alias = _alias(f"{parent.alias}.{link.attribute}")
        self.join: Join | None = None
        self._children: dict[str, Path] = {}
        self.columns: dict[str, Column[Any]] = {}
        self.keywords: dict[str, Callable[[Any], Expr[bool]]] = {}

    def child(self, attribute: str) -> Path:
        """The path one relation further."""
        found = self._children.get(attribute)
        if found is None:
            link = self.table.link(attribute)
            found = self._children.setdefault(attribute, Path(link.target, self, link))
        return found

    def column(self, attribute: str) -> Column[Any]:
        """The expression for a column of the row that the path leads to."""
        found = self.columns.get(attribute)
        return self._make_column(attribute) if found is None else found

    def _make_column(self, attribute: str) -> Column[Any]:
        from ferrule_core.mapping.columns import Column  # it is made of paths

        declared = self.table.columns.get(attribute)
        if declared is None:
            raise self.unknown(attribute)
        source: tuple[Path, str] = (self, declared.name)
        if self.parent is not None and self.link is not None:
            near = self.link.near_column(declared)
            if near is not None:  # the key that is referred to stands in the referring row too
                source = (self.parent, near.name)
        return self.columns.setdefault(attribute, Column(self, declared, source))

    def unknown(self, attribute: str) -> UnknownColumn:
        """The error for a name that is neither column nor relation of what the path leads to."""
        known = [*self.table.columns, *self.table.relations]
        return UnknownColumn(
            f'{self.table.model.__name__} has no column or relation "{shown(attribute)}"',
            hint=nearest(shown(attribute), known) or f"it has {', '.join(known)}",
        )

    def __str__(self) -> str:
        if self.parent is None or self.link is None:
            return self.table.model.__name__
        return f"{self.parent}.{self.link.attribute}"

    def __repr__(self) -> str:
        return f"<path {self}>"


class OuterPath(Path):
    """A path of the query around, for a query that stands in another one."""

    __slots__ = ("inner",)

    def __init__(self, inner: Path) -> None:
        super().__init__(inner.table)
        self.inner = inner


class OuterNamedPath(OuterPath):
    """A value of the query around that is only known by its name there yet."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(JoinedPath(name))
        self.inner = self
        self.name = name

    def __str__(self) -> str:
        return f"OuterRef({self.name!r})"


class _NoTable:
    """What stands for the table of rows that are of none."""

    ref = None

    def __init__(self, name: str) -> None:
        self.model_name = name


class JoinedPath(Path):
    """Rows that a query joins beside its own, by a name; they are of no model's table."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(cast("ModelTable", _NoTable(name)))
        self.name = name
        self.alias = f"j.{name}"

    def __str__(self) -> str:
        return self.name


def shown(name: str) -> str:
    """A name that somebody gave, short enough for a message."""
    return name if len(name) <= MAX_NAME_BYTES else f"{name[:MAX_NAME_BYTES]}..."


def _alias(dotted: str) -> str:
    """A name for a row that PostgreSQL can hold, and that no other path has."""
    if len(dotted.encode()) < MAX_NAME_BYTES - len(".through"):
        return dotted
    import hashlib  # rarely needed, and not quick to import

    return f"{ROOT_ALIAS}.{hashlib.sha256(dotted.encode()).hexdigest()[:32]}"
