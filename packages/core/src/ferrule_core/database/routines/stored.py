"""Stored functions and procedures whose signatures are known beforehand: what a pull generates.

``await search_books("dune", most=1)``
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ferrule_core.database.routines.calling import statement_of
from ferrule_core.database.routines.signatures import Parameter, Signature, chosen
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.port import executor_for
from ferrule_core.query.raw_rows import is_model, placed_rows, rows_into

if TYPE_CHECKING:
    from ferrule_core.query.port import Row
    from ferrule_core.query.raw import Sql

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineParameter:
    """A parameter of a stored function or procedure.

    Attributes:
        name: As the database has it; empty where it has none.
        type: As SQL writes it, with its schema where it is not built in.
        mode: As in ``pg_proc``: ``i`` in, ``o`` out, ``b`` both, ``v`` variadic.
        optional: Whether it may be left out.
        called: Its name in Python, where that differs.
    """

    name: str = ""
    type: str
    mode: str = "i"
    optional: bool = False
    called: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineSignature:
    """What one stored function or procedure takes and gives.

    Attributes:
        gives: The class of its rows, or the type of its single value; ``None`` for nothing.
        many: Whether it gives any number of rows.
        procedure: Whether it is called by ``CALL``.
    """

    parameters: tuple[RoutineParameter, ...] = ()
    gives: Any = None
    many: bool = False
    procedure: bool = False


class StoredRoutine:
    """Functions, or procedures, of one name: to be called.

    What is called is what was pulled; the server is not asked which functions there are.
    """

    def __init__(self, schema: str, name: str, /, *signatures: RoutineSignature) -> None:
        """Say what is known of it.

        Args:
            schema: Where it is.
            name: As the database has it.
            *signatures: Several where the name is overloaded.
        """
        self._schema = schema
        self._name = name
        self._signatures = signatures

    def __call__(self, *values: object, **named: object) -> RoutineCall[Any]:
        """A call, to be awaited; see ``RoutineCall``.

        Raises:
            QueryError: None of the signatures takes these arguments.
        """
        known = self._as_called
        signature = self._signatures[known.index(chosen(known, values, named))]
        names = {one.called or one.name: one.name for one in signature.parameters}
        statement = statement_of(
            _in_database(self._schema, self._name, signature),
            [_sent(value) for value in values],
            {names[name]: _sent(value) for name, value in named.items()},
            _columns(signature.gives),
        )
        return RoutineCall(statement, signature, f"{self._schema}.{self._name}")

    @cached_property
    def _as_called(self) -> list[Signature]:
        """The signatures with the names that parameters have in Python."""
        return [
            _in_database(
                self._schema,
                self._name,
                replace(
                    one,
                    parameters=tuple(
                        replace(parameter, name=parameter.called or parameter.name)
                        for parameter in one.parameters
                    ),
                ),
            )
            for one in self._signatures
        ]

    def __repr__(self) -> str:
        return f"<stored {' and '.join(map(str, self._as_called))}>"


class RoutineCall(Generic[T_co]):
    """A call of a stored function or procedure: awaiting it gives what the function gives.

    It uses the task's transaction, as all statements do.
    """

    __slots__ = ("_database", "_name", "_signature", "_statement")

    def __init__(
        self,
        statement: Sql[Any],
        signature: RoutineSignature,
        name: str,
        database: str | None = None,
    ) -> None:
        self._statement = statement
        self._signature = signature
        self._name = name
        self._database = database

    def __await__(self) -> Generator[Any, None, T_co]:
        return self.result().__await__()

    def using(self, database: str, /) -> RoutineCall[T_co]:
        """Call it on the database of that name, or on its servers of that role."""
        return RoutineCall(self._statement, self._signature, self._name, database)

    @property
    def sync(self) -> SyncRoutineCall[T_co]:
        """The same without ``await``: ``search_books("dune").sync.result()``."""
        return SyncRoutineCall(self)

    async def result(self) -> T_co:
        """What awaiting the call gives.

        Raises:
            QueryError: The function gives other columns than it did when it was pulled.
        """
        rows = await executor_for(self._database).fetch(self._statement.compiled())
        return cast("T_co", self._given(rows))

    def _given(self, rows: Sequence[Row]) -> object:
        gives = self._signature.gives
        if gives is None:
            return None
        if is_model(gives):
            if not self._signature.many:  # NULL instead of a row is a row of NULLs
                rows = [row for row in rows if any(value is not None for value in row)]
            found = rows_into(rows, gives)
        else:
            found = placed_rows(rows, gives, self._name)
        if self._signature.many:
            return found
        return found[0] if found else None

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        return f"<call of {self._name}>"


class SyncRoutineCall(Generic[T_co]):
    """What ``RoutineCall.sync`` is."""

    __slots__ = ("_call",)

    def __init__(self, call: RoutineCall[T_co]) -> None:
        self._call = call

    def result(self) -> T_co:
        """What awaiting the call gives; see ``RoutineCall.result``."""
        return run_sync(self._call.result())


def _in_database(schema: str, name: str, one: RoutineSignature) -> Signature:
    return Signature(
        schema,
        name,
        one.procedure,
        tuple(
            Parameter(parameter.name, parameter.mode, parameter.type, optional=parameter.optional)
            for parameter in one.parameters
        ),
        many=one.many,
        rows=False,
        nothing=one.gives is None,
    )


def _columns(gives: object) -> Sequence[str]:
    """The columns that are asked for: of a model its own, whatever its table got since."""
    if not is_model(gives):
        return ()
    return [column.name for column in cast("type[Mapped]", gives).__table__.columns.values()]


def _sent(value: object) -> object:
    """An argument as it is sent: an instance of a model as the row that it is."""
    if isinstance(value, list):
        return [_sent(item) for item in cast("list[object]", value)]
    if not isinstance(value, Mapped):
        return value
    return tuple(_values_of(value))


def _values_of(instance: Mapped) -> Iterator[object]:
    columns: Mapping[str, Any] = type(instance).__table__.columns
    for attribute, column in columns.items():
        value: object = getattr(instance, attribute)
        yield column.value_type.send(value)
