"""Loading relations onto an instance that is there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.query import preload
from ferrule_core.query.inclusion import relation_named, with_relation
from ferrule_core.query.prefetching import Prefetch, with_prefetch
from ferrule_core.query.selection import Selection

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.paths import Path

R = TypeVar("R", bound=Mapped)


class Fetching(Mapped, abstract=True):
    """What loads relations onto an instance, one after the other."""

    async def fetch(self, *relations: type[Mapped] | Prefetch[Any]) -> Self:
        """Load relations onto this instance: ``await book.fetch(Book.author, Book.tags)``.

        What was loaded of them before is replaced. ``Prefetch(Author.books, Book.filter(...))``
        says which rows.
        """
        table = type(self).__table__
        for relation in relations:
            selection = Selection(table)
            if isinstance(relation, Prefetch):
                selection = with_prefetch(selection, relation)
            else:
                path = path_of(relation)
                selection.inclusion = with_relation(table, (), path, joined=False)
            await preload.run(
                preload.apart(table, selection.inclusion),
                [self],
                table.database,
                selection.prefetches,
            )
        return self

    @overload
    async def fetch_fk(self, relation: type[R], /) -> R | None: ...
    @overload
    async def fetch_fk(self, relation: str, /) -> Any: ...  # noqa: ANN401
    async def fetch_fk(self, relation: type[R] | str, /) -> Any:
        """Load the row that a foreign key refers to, and give it; ``None`` where it is NULL.

        Raises:
            QueryError: The relation is no foreign key of the model.
        """
        return await self._fetched(relation, "a foreign key", _is_foreign_key)

    @overload
    async def fetch_ifk(self, relation: type[R], /) -> list[R]: ...
    @overload
    async def fetch_ifk(self, relation: str, /) -> list[Any]: ...
    async def fetch_ifk(self, relation: type[R] | str, /) -> list[Any]:
        """Load the rows that refer to this one, and give them.

        Raises:
            QueryError: The relation is not the other end of a foreign key.
        """
        found: list[Any] | Mapped | None = await self._fetched(
            relation,
            "the other end of a foreign key",
            _is_inverse,
        )
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    @overload
    async def fetch_m2m(self, relation: type[R], /) -> list[R]: ...
    @overload
    async def fetch_m2m(self, relation: str, /) -> list[Any]: ...
    async def fetch_m2m(self, relation: type[R] | str, /) -> list[Any]:
        """Load the rows that a junction table connects with this one, and give them.

        Raises:
            QueryError: The relation leads through no junction.
        """
        found: list[Any] = await self._fetched(relation, "many-to-many", _is_many_to_many)
        return found

    async def fetch_all_related(self) -> dict[str, Any]:
        """Load every relation of the model, one statement for each, and give them by name."""
        table = type(self).__table__
        for attribute in table.relations:
            await preload.load(table.link(attribute), [self], (), table.database)
        return {attribute: vars(self).get(attribute) for attribute in table.relations}

    async def _fetched(
        self, relation: type[Any] | str, kind: str, fits: Callable[[Link], bool]
    ) -> Any:  # noqa: ANN401
        table = type(self).__table__
        path: Path = (
            relation_named(table, relation) if isinstance(relation, str) else path_of(relation)
        )
        link = path.link
        if link is None or path.parent is not table.path or not fits(link):
            raise QueryError(f'"{path}" is not {kind} of {table.model_name}')
        await preload.load(link, [self], (), table.database)
        return vars(self).get(link.attribute)


def _is_foreign_key(link: Link) -> bool:
    return link.owner.relations[link.attribute].is_foreign_key


def _is_inverse(link: Link) -> bool:
    return link.inverse is not None


def _is_many_to_many(link: Link) -> bool:
    return link.junction is not None
