"""Batched loading: rows that several tasks ask for by key at once are read by one statement.

The task that asks first waits one turn of the event loop, in which the others ask too, and then
reads for all. So it is a task's own statement, in its own transaction, and no task is started.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ferrule_core.errors import DataError, QueryError
from ferrule_core.query import reading
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.keys import has_key, has_one_of, key_values
from ferrule_core.query.plans import plan_of
from ferrule_core.query.port import Row, executor_for
from ferrule_core.query.running import compiled
from ferrule_core.query.selection import Selection

if TYPE_CHECKING:
    import asyncio

    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable

V = TypeVar("V", bound="Mapped")

_Key: TypeAlias = tuple[object, ...]

_ALONE = object()
"""What a task is told that has to read its row alone."""

_AGAIN = object()
"""What a task is told whose batch was given up before it was read."""

_NO_MATTER = "decimal_context"
"""A variable of each context that ever computed with decimals; no statement depends on it."""


class _Batch:
    """Keys that are asked for together, each with whoever waits for its row.

    Attributes:
        context: Of the first task. As long as it is held, no other value has the identity of one
            in it.
    """

    __slots__ = ("context", "keys", "waiters")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.keys: list[_Key] = []
        self.waiters: list[asyncio.Future[Any]] = []

    def tell(self, answer: object) -> None:
        """Tell all who wait the same."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Let all who wait fail."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_exception(error)


_open: dict[object, _Batch] = {}
"""The batches that keys can be added to, by event loop, model and context."""


class Loader(Generic[V]):
    """Reads rows of a model by their keys, those of concurrent tasks together.

    ``Author.loader`` is one. Tasks meet whose context variables are the same: those of one task
    group, one request, one transaction. Nothing is kept: each task gets an instance of its own.
    """

    __slots__ = ("_model",)

    def __init__(self, model: type[V]) -> None:
        self._model = model

    @property
    def sync(self) -> SyncLoader[V]:
        """The same without ``await``."""
        return SyncLoader(self._model)

    async def load(self, key: object, /) -> V:
        """The row of that key; of several columns it is a tuple, in the order of the class.

        Raises:
            NotFound: There is none. Others that asked at the same time get theirs.
            ModelError: The model has no primary key, or one of another number of columns.
            ValueRefused: The key is none of the column's values.
        """
        table = self._model.__table__
        found: V = reading.present(table, await _loaded(table, key))
        return found

    async def load_or_none(self, key: object, /) -> V | None:
        """The row of that key, or ``None``; see ``load``."""
        found: V | None = await _loaded(self._model.__table__, key)
        return found


class SyncLoader(Generic[V]):
    """What ``Author.loader.sync`` is; calls of several threads at once are read together too."""

    __slots__ = ("_model",)

    def __init__(self, model: type[V]) -> None:
        self._model = model

    def load(self, key: object, /) -> V:
        """The row of that key; see ``Loader.load``."""
        return run_sync(Loader(self._model).load(key))

    def load_or_none(self, key: object, /) -> V | None:
        """The row of that key, or ``None``; see ``Loader.load_or_none``."""
        return run_sync(Loader(self._model).load_or_none(key))


class LoaderOfModel:
    """Gives the loader of the class that it is read from."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type[V]) -> Loader[V]:
        """A loader holds nothing, so each one is as good as another."""
        return Loader(owner)


async def _loaded(table: ModelTable, asked: object) -> Any:  # noqa: ANN401 - of the table's model
    """The instance of a key, or ``None``. A further coroutine would be felt: each key has one."""
    from asyncio import get_running_loop  # models alone need no event loop

    key = key_values(table, asked)
    if None in key:
        return None
    for column, value in zip(table.key(), key, strict=True):
        column.value_type.send(value)  # refused here, it spoils nobody else's statement
    answer = _AGAIN if _can_be_found(key) else _ALONE
    while answer is _AGAIN:
        loop = get_running_loop()
        context = copy_context()
        place = (id(loop), table, _state(context))
        batch = _open.get(place)
        if batch is None:
            batch = _open[place] = _Batch(context)
            batch.keys.append(key)
            answer = await _lead(batch, place, table)
        else:
            batch.keys.append(key)
            waiter: asyncio.Future[Any] = loop.create_future()
            batch.waiters.append(waiter)
            answer = await waiter
    if answer is _ALONE:
        return await reading.fetch_optional(_rows(table, has_key(table, asked)))
    return answer


def _can_be_found(values: _Key) -> bool:
    try:
        hash(values)
    except TypeError:
        return False
    return True


def _state(context: Context) -> frozenset[tuple[int, int]]:
    """What a statement may depend on: the context's variables and their values, by identity."""
    return frozenset(
        [(id(one), id(value)) for one, value in context.items() if one.name != _NO_MATTER]
    )


async def _lead(batch: _Batch, place: object, table: ModelTable) -> Any:  # noqa: ANN401
    """Read for all, and give the answer to the first key."""
    from asyncio import sleep

    try:
        try:
            await sleep(0)
        finally:
            del _open[place]
        if not batch.waiters:
            return _ALONE
        first, *others = await _read(table, batch.keys)
    except (DataError, QueryError):
        batch.tell(_ALONE)  # one of the keys is to blame: each task learns it of its own
        return _ALONE
    except Exception as error:
        batch.fail(error)
        raise
    except BaseException:
        batch.tell(_AGAIN)
        raise
    for waiter, answer in zip(batch.waiters, others, strict=True):
        if not waiter.done():
            waiter.set_result(answer)
    return first


async def _read(table: ModelTable, keys: Sequence[_Key]) -> list[Any]:
    """What there is for each key: an instance, ``None``, or ``_ALONE``."""
    wanted = dict.fromkeys(keys)
    one = len(table.key()) == 1
    condition = has_one_of(table, [key[0] for key in wanted] if one else list(wanted))
    selection = _rows(table, condition)
    query = compiled(reading.select_instances(selection))
    rows = await executor_for(selection.database).fetch(query)
    by_key = _by_key(table, rows)
    # A row may have a key that Python holds for another one, as text that the server pads.
    missing = None if by_key.keys() <= wanted.keys() else _ALONE
    found = [by_key.get(key, missing) for key in keys]
    unique = [row for row in found if row is not None and row is not _ALONE]
    instances = iter(plan_of(table).load(unique))
    return [row if row is None or row is _ALONE else next(instances) for row in found]


def _by_key(table: ModelTable, rows: Sequence[Row]) -> dict[_Key, Any]:
    """The rows by their keys; ``_ALONE`` where several have the same, as rows of a view may."""
    positions = table.layout.positions
    columns = [(positions[one.attribute], one.value_type.receive) for one in table.key()]
    by_key: dict[_Key, Any] = {}
    for row in rows:
        key = tuple([receive(row[place]) for place, receive in columns])
        by_key[key] = _ALONE if key in by_key else row
    return by_key


def _rows(table: ModelTable, condition: Expr[bool]) -> Selection:
    selection = Selection(table)
    selection.conditions = (*selection.conditions, condition)
    return selection
