"""An instance as JSON, and a new one of JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping import json_forms
from ferrule_core.mapping.constructor import relate
from ferrule_core.mapping.json_documents import json_text
from ferrule_core.mapping.json_values import read_integer
from ferrule_core.mapping.mapped import Mapped, key_of
from ferrule_core.model.dictionaries import Wanted, written

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable

M = TypeVar("M", bound=Mapped)


def to_json(instance: Mapped, wanted: Wanted, *, indent: int | None = None) -> str:
    """The parts of an instance that are wanted, as JSON.

    Raises:
        ValueRefused: A column holds what cannot be stored, or what JSON has no form for.
    """
    found = written(instance, wanted, _form)
    try:
        return json_text(found, indent)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueRefused(
            f"this {type(instance).__name__} has a value that cannot be written as JSON: {error}",
            hint="leave it out by exclude=[...]",
        ) from error


def _form(column: ModelColumn | None, value: object) -> object:
    if column is None:
        return json_forms.value_to_json(value)
    return json_forms.to_json(column, value)


def from_json(model: type[M], text: str | bytes, *, by_alias: bool = False) -> M:
    """A new instance of the parts that the text has, and of nothing else.

    Raises:
        ValueRefused: The text is no JSON, or a part of it is no value of its column.
        UnknownColumn: It has a name that is neither a column nor a relation.
        ModelError: The model is abstract; or a key and a related row say different things.
    """
    table = model.__table__
    table.source("")
    return cast("M", _Reader(by_alias=by_alias).made(table, _parsed(text, table), ""))


def _parsed(text: str | bytes, table: ModelTable) -> object:
    try:
        found: object = json.loads(
            text,
            parse_float=Decimal,
            parse_int=read_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_members,
        )
    except (ValueError, RecursionError) as error:
        raise ValueRefused(f"the text is no JSON of {table.model_name}: {error}") from error
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"JSON has no {word}; write it as a text")


def _members(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has {twice!r} twice")
    return found


class _Reader:
    """Makes instances of objects, those within others too."""

    def __init__(self, *, by_alias: bool) -> None:
        self._by_alias = by_alias
        self._within: list[Mapped] = []

    def made(self, table: ModelTable, found: object, place: str) -> Mapped:
        """The instance that an object stands for."""
        if not isinstance(found, dict):
            where = f'"{place}"' if place else f"the JSON of {table.model_name}"
            raise ValueRefused(f"{where} is an object, and no {type(found).__name__}")
        given = self._by_attribute(table, cast("dict[str, Any]", found))
        instance = table.model.__new__(table.model)
        values = vars(instance)
        for attribute in [name for name in given if name in table.columns]:
            at = f"{place}.{attribute}" if place else attribute
            values[attribute] = json_forms.from_json(table.columns[attribute], given[attribute], at)
        known = self._outer(instance)
        if known is not None:
            return known
        self._within.append(instance)
        for attribute in [name for name in given if name in table.relations]:
            at = f"{place}.{attribute}" if place else attribute
            self._relate(instance, table.link(attribute), given[attribute], at)
        self._within.pop()
        return instance

    def _by_attribute(self, table: ModelTable, found: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, value in found.items():
            column = table.by_name.get(name) if self._by_alias else table.columns.get(name)
            if column is None and name not in table.relations:
                raise table.path.unknown(name)
            given[name if column is None else column.attribute] = value
        return given

    def _outer(self, instance: Mapped) -> Mapped | None:
        """The instance around that this one is, of which only the key was written."""
        key = [column.attribute for column in type(instance).__table__.primary_key]
        if vars(instance).keys() != set(key) or key_of(instance) is None:
            return None
        return next((outer for outer in self._within if outer == instance), None)

    def _relate(self, instance: Mapped, link: Link, found: Any, place: str) -> None:  # noqa: ANN401
        if link.many:
            if not isinstance(found, list):
                raise ValueRefused(f'"{place}" is an array, and no {type(found).__name__}')
            items = cast("list[object]", found)
            many = [
                self.made(link.target, one, f"{place}.{number}") for number, one in enumerate(items)
            ]
            vars(instance)[link.attribute] = many
        elif found is None and not link.nullable:
            raise ValueRefused(f'"{place}" is an object, and not null')
        else:
            one = None if found is None else self.made(link.target, found, place)
            self._refer(instance, link, one)
            many = [] if one is None else [one]
        for related in many:
            if link.inverse is not None:
                vars(related).setdefault(link.inverse, instance)

    def _refer(self, instance: Mapped, link: Link, related: Mapped | None) -> None:
        """Let an instance refer to another, and have its key where that one has it."""
        vars(instance)[link.attribute] = related
        if link.inverse is not None or related is None:
            return
        if all(vars(related).get(far.attribute) is not None for far in link.remote):
            relate(instance, link.attribute, related)
