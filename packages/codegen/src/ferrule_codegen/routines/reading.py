"""What stored functions and procedures take and give, as Python says it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ferrule_codegen.annotations import PythonType, TypeBook
from ferrule_codegen.naming import reserved
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import camel_case, snake_case, words_of
from ferrule_core.catalog import (
    Argument,
    Catalog,
    Composite,
    QualifiedName,
    Routine,
    TypeRef,
)
from ferrule_core.deferred import dataclass

_UNCALLABLE = frozenset(
    (
        *("cstring", "event_trigger", "fdw_handler", "index_am_handler", "internal"),
        *("language_handler", "pg_ddl_command", "table_am_handler", "trigger", "tsm_handler"),
    )
)
"""Pseudo-types of what only the server calls."""

TAKEN: frozenset[str] = frozenset(("in", "inout", "variadic"))
_GIVEN: frozenset[str] = frozenset(("out", "inout", "table"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a row that a function gives."""

    name: str
    type: PythonType
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An argument of a function.

    Attributes:
        name: Its name in Python.
        argument: What the database says.
        type: Of the value; ``model`` has it where that is a row of a table.
        model: The table or view whose row it is.
        optional: Whether it may be left out.
    """

    name: str
    argument: Argument
    type: PythonType
    model: QualifiedName | None
    optional: bool

    @property
    def said(self) -> str:
        """The type, for comparison."""
        if self.model is None:
            return self.type.text
        return f"model {self.model}{'[]' * self.argument.type.dimensions}"

    @property
    def variadic(self) -> bool:
        """Whether any number of values follow."""
        return self.argument.mode == "variadic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a function gives: rows of a model or of fields, a single value, or nothing.

    Attributes:
        row: Name of the class of rows; empty where there is none of its own.
    """

    model: QualifiedName | None = None
    row: str = ""
    fields: tuple[Field, ...] = ()
    value: Field | None = None
    many: bool = False

    @property
    def alike(self) -> tuple[object, ...]:
        """The same for what a checker sees as the same."""
        value = self.value
        said = None if value is None else (value.type.text, value.nullable)
        return self.model, self.row, said, self.many


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """One stored function, as Python calls it."""

    routine: Routine
    taken: tuple[Taken, ...]
    given: Given

    @property
    def alike(self) -> tuple[object, ...]:
        """The same for those that a checker cannot tell apart."""
        taken = tuple((one.said, one.optional, one.variadic, one.name) for one in self.taken)
        return taken, self.given.alike


def is_callable(routine: Routine) -> bool:
    """Whether a program can call it, and it is known what it gives."""
    if routine.kind == "window":
        return False
    refs = [one.type for one in routine.arguments]
    if routine.returns is not None:
        refs.append(routine.returns)
    if any(ref.builtin and ref.name in _UNCALLABLE for ref in refs):
        return False
    nameless = routine.returns is not None and _is_builtin(routine.returns, "record")
    return not nameless or any(one.mode in _GIVEN for one in routine.arguments)


class RoutineReader:
    """Reads routines of one catalog."""

    def __init__(self, catalog: Catalog, types: TypeBook, rows: Namespace) -> None:
        self._catalog = catalog
        self._types = types
        self._rows = rows

    def overload(self, routine: Routine) -> Overload:
        """A routine as Python calls it."""
        return Overload(
            routine=routine,
            taken=tuple(self._taken(routine)),
            given=self._given(routine),
        )

    def _taken(self, routine: Routine) -> Iterator[Taken]:
        space = Namespace(reserved.KEYWORDS)
        for place, argument in enumerate(routine.arguments, 1):
            if argument.mode not in TAKEN:
                continue
            yield Taken(
                name=space.take(_called(argument.name, "value", place)),
                argument=argument,
                type=self._types.value_type(argument.type),
                model=self._model(argument.type),
                optional=argument.default is not None,
            )

    def _given(self, routine: Routine) -> Given:
        many, returns = routine.returns_set, routine.returns
        if returns is None or _is_builtin(returns, "record"):
            return self._given_by_arguments(routine)
        if _is_builtin(returns, "void") and not many:
            return Given()
        model = None if returns.dimensions else self._model(returns)
        if model is not None:
            return Given(model=model, many=many)
        composite = self._catalog.types.get(returns.qualified)
        if isinstance(composite, Composite) and not returns.dimensions:
            parts = [(one.name, one.type) for one in composite.attributes]
            return self._row(routine, parts, many=many)
        return Given(value=self._field("value", returns), many=many)

    def _given_by_arguments(self, routine: Routine) -> Given:
        """What OUT parameters and columns of ``TABLE`` give."""
        given = [one for one in routine.arguments if one.mode in _GIVEN]
        if not given:
            return Given()
        if len(given) == 1:  # of functions they are two at least
            return Given(value=self._field("value", given[0].type))
        parts = [(one.name, one.type) for one in given]
        return self._row(routine, parts, many=routine.returns_set)

    def _row(
        self, routine: Routine, parts: Sequence[tuple[str | None, TypeRef]], *, many: bool
    ) -> Given:
        space = Namespace(reserved.KEYWORDS)
        fields = [
            self._field(space.take(_called(name, "column", place)), ref)
            for place, (name, ref) in enumerate(parts, 1)
        ]
        words = words_of(routine.name.name)
        row = self._rows.take(
            f"{camel_case(words, prefix='Function')}Row",
            f"{camel_case([*words_of(routine.name.schema), *words], prefix='Schema')}Row",
        )
        return Given(row=row, fields=tuple(fields), many=many)

    def _field(self, name: str, ref: TypeRef) -> Field:
        return Field(
            name=name, type=self._types.value_type(ref), nullable=self._types.accepts_null(ref)
        )

    def _model(self, ref: TypeRef) -> QualifiedName | None:
        return ref.qualified if ref.qualified in self._catalog.relations else None


def _called(name: str | None, prefix: str, place: int) -> str:
    return snake_case(words_of(name), prefix=prefix) if name else f"{prefix}_{place}"


def _is_builtin(ref: TypeRef, name: str) -> bool:
    return ref.builtin and ref.name == name and not ref.dimensions
