"""``Q`` and ``F``: conditions and values by names, which belong to the query that they meet."""

from __future__ import annotations

from typing import Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.deferred import Deferred, Names
from ferrule_core.mapping.expressions import Expr, connect, negate, refuse_unconditional
from ferrule_core.mapping.subqueries import UNNAMED, outer_named
from ferrule_core.sql.nodes import Constant
from ferrule_core.sql.operators import Connective


class F(Deferred[Any]):
    """A column, or an annotation, by its name: ``F("price") * 2``, ``F("author__name")``.

    It means the column of whatever query it meets, in ``filter``, ``order_by``, ``update``,
    ``annotate`` and as an argument of functions. ``Book.price`` is the same with its type known.
    """

    __slots__ = ("name",)

    def __init__(self, name: str, /) -> None:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise QueryError(f"F takes the name of a column, not a {type(name).__name__}")
        super().__init__(lambda names: names.value(name))
        self.name = name

    def __repr__(self) -> str:
        return f"F({self.name!r})"


class OuterRef(Deferred[Any]):
    """A column, or an annotation, of the query around by its name, inside of a query in it.

    ``Author.filter(exists(Book.filter(author_id=OuterRef("id"))))``. ``outer(Author.id)`` is the
    same with its type known. ``OuterRef(OuterRef("id"))`` belongs to the query around that one.
    """

    __slots__ = ("name",)

    def __init__(self, name: str | OuterRef, /) -> None:
        if not isinstance(name, str | OuterRef):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise QueryError(f"OuterRef takes the name of a column, not a {type(name).__name__}")
        self.name: str = name if isinstance(name, str) else f"{UNNAMED}{name.name}"
        super().__init__(lambda _: outer_named(self.name))

    def __repr__(self) -> str:
        return f"OuterRef({self.name!r})"


class Q(Deferred[bool]):
    """Conditions, by expressions and keywords, which are joined by ``&``, ``|`` and ``~``.

    ``Q(price__lt=10) | Q(author__name="Le Guin") & ~Q(tags__label="sf")``. An empty ``Q()`` says
    nothing: joined with another condition it is that one, and a filter by it filters nothing.
    """

    __slots__ = ("_connective", "_lookups", "_negated", "_parts", "empty")

    def __init__(self, /, *conditions: Expr[bool], **lookups: Any) -> None:  # noqa: ANN401
        parts = tuple([part for part in conditions if not is_empty(part)])
        for part in parts:
            refuse_unconditional(part)
        self._parts = parts
        self._lookups = lookups
        self._connective = Connective.AND
        self._negated = False
        self.empty = not parts and not lookups
        super().__init__(self._meaning)

    def _meaning(self, names: Names) -> Expr[bool]:
        parts = [
            part.resolve(names) if isinstance(part, Deferred) else part for part in self._parts
        ]
        if self._lookups:
            parts.append(names.condition(self._lookups))
        if not parts:
            return Expr(Constant(value=True))
        joined = connect(self._connective, tuple(parts))
        return negate(joined) if self._negated else joined

    def __and__(self, other: Expr[bool], /) -> Q:
        return Q.joined(Connective.AND, self, other)

    def __or__(self, other: Expr[bool], /) -> Q:
        return Q.joined(Connective.OR, self, other)

    def __invert__(self) -> Q:
        if self.empty:
            return self
        return Q._made(self._parts, self._lookups, self._connective, negated=not self._negated)

    @classmethod
    def _made(
        cls,
        parts: tuple[Expr[bool], ...],
        lookups: dict[str, Any],
        connective: Connective,
        *,
        negated: bool = False,
    ) -> Q:
        made = cls()
        made._parts = parts
        made._lookups = lookups
        made.empty = not parts and not lookups
        made._connective = connective
        made._negated = negated
        return made

    @classmethod
    def joined(cls, connective: Connective, left: Expr[bool], right: Expr[bool]) -> Q:
        """Two conditions as one, of which at least one is a ``Q``.

        Raises:
            QueryError: One of them is no condition.
        """
        if is_empty(left) and isinstance(right, Q):
            return right
        if is_empty(right) and isinstance(left, Q):
            return left
        said = tuple([part for part in (left, right) if not is_empty(part)])
        for part in said:
            refuse_unconditional(part)
        if isinstance(left, Q) and not left.empty:
            said = (*left._chain(connective), *said[1:])  # noqa: SLF001 - its own class
        return cls._made(said, {}, connective)

    def _chain(self, connective: Connective) -> tuple[Expr[bool], ...]:
        """Its parts, where it is a chain that goes on: one gets longer, and not deeper."""
        if self._connective is not connective or self._lookups or self._negated:
            return (self,)
        return self._parts

    def __repr__(self) -> str:
        shown = [repr(part) for part in self._parts]
        shown += [f"{keyword}=..." for keyword in self._lookups]
        return f"{'~' if self._negated else ''}Q({f' {self._connective.symbol} '.join(shown)})"


def is_empty(condition: object) -> bool:
    """Whether it is a ``Q`` that says nothing."""
    return isinstance(condition, Q) and condition.empty
