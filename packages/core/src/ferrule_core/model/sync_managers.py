"""Managers without an event loop: ``authors.sync.load_by_id(1)``.

``SyncViewManager`` and ``SyncManager`` take any keyword, as managers do that nobody generated.
Generated twins extend ``ManagerTwin`` or ``KeyedTwin``, and ``twin`` gives them the methods that
take keywords of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from ferrule_core.mapping.expressions import Expr
from ferrule_core.query.blocking import run_sync

if TYPE_CHECKING:
    from ferrule_core.model.managers import Manager, ViewManager
    from ferrule_core.model.model import Model, View

V = TypeVar("V", bound="View")
M = TypeVar("M", bound="Model")
K = TypeVar("K")
R = TypeVar("R")
P = ParamSpec("P")
Owner = TypeVar("Owner")


class ManagerTwin(Generic[V]):
    """What the twins of all managers have.

    Attributes:
        asynchronous: The manager whose methods are run.
    """

    def __init__(self, manager: ViewManager[V]) -> None:
        self.asynchronous = manager


class Twin(Generic[P, R]):
    """A method without ``await``; ``twin`` makes it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: ManagerTwin[Any], owner: type[object]) -> Callable[P, R]:
        method: Callable[P, Coroutine[Any, Any, R]] = getattr(instance.asynchronous, self._name)

        def run(*arguments: P.args, **keywords: P.kwargs) -> R:
            return run_sync(method(*arguments, **keywords))

        return run


def twin(method: Callable[Concatenate[Owner, P], Coroutine[Any, Any, R]]) -> Twin[P, R]:
    """The same method of a manager without ``await``, with the same parameters.

    ``most_read = twin(BookManager.most_read)`` in the body of a class that extends ``SyncManager``
    or any other twin.
    """
    return Twin(method.__name__)


class SyncViewManager(ManagerTwin[V]):
    """Reads the rows of a model; see ``ViewManager``."""

    def load_item(self, /, *conditions: Expr[bool], **lookups: Any) -> V:  # noqa: ANN401
        """The only row that meets these conditions.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        return run_sync(self.asynchronous.load_item(*conditions, **lookups))

    def load_item_or_none(self, /, *conditions: Expr[bool], **lookups: Any) -> V | None:  # noqa: ANN401
        """The only row that meets these conditions, or ``None``.

        Raises:
            MultipleRows: There are several.
        """
        return run_sync(self.asynchronous.load_item_or_none(*conditions, **lookups))

    def load_items(self, /, *conditions: Expr[bool], **lookups: Any) -> list[V]:  # noqa: ANN401
        """All rows that meet these conditions."""
        return run_sync(self.asynchronous.load_items(*conditions, **lookups))

    def exists(self, /, *conditions: Expr[bool], **lookups: Any) -> bool:  # noqa: ANN401
        """Whether a row meets these conditions."""
        return run_sync(self.asynchronous.exists(*conditions, **lookups))

    def count(self, /, *conditions: Expr[bool], **lookups: Any) -> int:  # noqa: ANN401
        """How many rows meet these conditions."""
        return run_sync(self.asynchronous.count(*conditions, **lookups))


class KeyedTwin(ManagerTwin[M], Generic[M, K]):
    """What twins of managers do by key; see ``Manager``."""

    def __init__(self, manager: Manager[M, K]) -> None:
        super().__init__(manager)
        self.asynchronous: Manager[M, K] = manager

    def load_by_id(self, key: K, /) -> M:
        """The row of that key.

        Raises:
            NotFound: There is none.
        """
        return run_sync(self.asynchronous.load_by_id(key))

    def load_by_ids(self, keys: Collection[K], /) -> list[M]:
        """The rows of these keys, in their order; keys that no row has are left out."""
        return run_sync(self.asynchronous.load_by_ids(keys))

    def delete_item(self, key: K, /) -> bool:
        """Delete the row of that key, and say whether there was one."""
        return run_sync(self.asynchronous.delete_item(key))

    def delete_items(self, keys: Collection[K], /) -> int:
        """Delete the rows of these keys in one statement, and say how many there were."""
        return run_sync(self.asynchronous.delete_items(keys))


class SyncManager(KeyedTwin[M, K], SyncViewManager[M], Generic[M, K]):
    """Reads and writes the rows of a model; see ``Manager``."""

    def create_item(self, /, **values: Any) -> M:  # noqa: ANN401
        """Insert a row."""
        return run_sync(self.asynchronous.create_item(**values))

    def create_items(self, rows: Sequence[Mapping[str, Any]], /) -> list[M]:
        """Insert rows: all or none. Each is a mapping of its columns."""
        return run_sync(self.asynchronous.create_items(rows))

    def update_item(self, key: K, /, **values: Any) -> M:  # noqa: ANN401
        """Give columns of one row new values, and read the row.

        Raises:
            NotFound: No row has the key.
        """
        return run_sync(self.asynchronous.update_item(key, **values))

    def update_items(self, keys: Collection[K], /, **values: Any) -> int:  # noqa: ANN401
        """Give columns of several rows the same new values, in one statement."""
        return run_sync(self.asynchronous.update_items(keys, **values))

    def get_or_create(
        self,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """The only row that has these values, made where there is none.

        See ``Manager.get_or_create``.
        """
        return run_sync(self.asynchronous.get_or_create(defaults, **values))

    def upsert_item(
        self,
        on: Collection[str] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """Insert a row, or give the row that stands in its way these values, in one statement.

        See ``Manager.upsert_item``.
        """
        return run_sync(self.asynchronous.upsert_item(on, **values))
