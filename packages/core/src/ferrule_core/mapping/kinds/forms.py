"""What stands in JSON for values of our own classes: the same that their schemas say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.json_form import JsonForm, refused, text_form
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.geometry import Figure, Point
from ferrule_core.mapping.kinds.refs import CompositeRef
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.mapping.value_types import ValueType

FormOf = Callable[[ValueType], JsonForm]

_RANGE = 'a range is an object such as {"lower": 1, "upper": 5, "bounds": "[)"}, or {"empty": true}'
_MULTIRANGE = "a multirange is an array of ranges"


def kind_form(value_type: ValueType, form_of: FormOf, number: JsonForm) -> JsonForm | None:
    """The form of values of one of our classes, or of a composite type; ``None`` of others.

    Args:
        value_type: The type of the values.
        form_of: The form of what they are made of.
        number: That of a float.
    """
    stored, kind = value_type.stored, value_type.python
    if isinstance(stored, CompositeRef) and kind is not None:
        return _composite(kind, stored, form_of)
    if kind is Bits:
        return text_form('bits are text such as "0101"', (Bits,), _bits)
    if kind is Range:
        return _range(_ends(value_type, form_of))
    if kind is Multirange:
        return _multirange(_range(_ends(value_type, form_of)))
    if kind is not None and issubclass(kind, Figure):
        return _figure(kind, number)
    return _hstore() if kind is dict and stored is not None and stored.name == "hstore" else None


def _bits(text: str) -> Bits:
    if text.strip("01"):
        raise ValueError(text)
    return Bits(text)


def _ends(value_type: ValueType, form_of: FormOf) -> JsonForm:
    return form_of(value_type.inner or ValueType())


def _range(ends: JsonForm) -> JsonForm:
    def write(value: Range[Any]) -> object:
        if value.is_empty:
            return {"empty": True}
        lower, upper = (
            None if end is None else ends.written(end) for end in (value.lower, value.upper)
        )
        return {"lower": lower, "upper": upper, "bounds": value.bounds}

    def read(found: object) -> object:
        members = _members(found, _RANGE)
        if members == {"empty": True}:
            return Range.empty()
        if not members.keys() <= {"lower", "upper", "bounds"}:
            raise ValueRefused(f"{_RANGE}, and not this object")
        lower, upper = (
            None if members.get(name) is None else ends.read(members[name])
            for name in ("lower", "upper")
        )
        return Range(lower, upper, members.get("bounds", "[)"))

    return JsonForm(write, read, (Range,))


def _multirange(one: JsonForm) -> JsonForm:
    def write(value: Multirange[Any]) -> object:
        return [one.written(part) for part in value.ranges]

    def read(found: object) -> object:
        if not isinstance(found, list):
            raise refused(_MULTIRANGE, found)
        parts: list[Any] = [one.read(part) for part in cast("list[object]", found)]
        return Multirange(*parts)

    return JsonForm(write, read, (Multirange,), is_one=_has_objects_only)


def _has_objects_only(found: list[Any]) -> bool:
    """Whether it is a multirange, and no array of such: within an array is no empty array."""
    return all(isinstance(one, dict) for one in found)


def _figure(kind: type[Figure], number: JsonForm) -> JsonForm:
    """An object with the parts of the figure: ``{"x": 0.0, "y": 1.0}``."""
    names = tuple(part.name for part in fields(cast("Any", kind)))
    what = f"a {kind.__type_name__} is an object with {', '.join(names)}"

    def write(value: Any) -> object:  # noqa: ANN401 - a figure, ready to be sent
        return {name: _written_part(getattr(value, name), number) for name in names}

    def read(found: object) -> object:
        members = _members(found, what)
        if members.keys() != set(names):
            raise ValueRefused(f"{what}, and not this one")
        parts = {name: _read_part(name, one, number, what) for name, one in members.items()}
        return kind(**parts)

    return JsonForm(write, read, (kind,))


def _written_part(part: Any, number: JsonForm) -> object:  # noqa: ANN401 - of a figure
    if isinstance(part, Point):
        return {"x": number.written(part.x), "y": number.written(part.y)}
    if isinstance(part, tuple):
        return [_written_part(one, number) for one in cast("tuple[object, ...]", part)]
    return part if isinstance(part, bool) else number.written(part)


def _read_part(name: str, found: object, number: JsonForm, what: str) -> object:
    if name == "closed":
        if not isinstance(found, bool):
            raise refused('"closed" of a path is true or false', found)
        return found
    if name == "points":
        if not isinstance(found, list):
            raise refused(f"{what}, of which points is an array", found)
        return tuple([_read_part("", one, number, what) for one in cast("list[object]", found)])
    if name in _NUMBERS:
        return number.read(found)
    return _figure(Point, number).read(found)


_NUMBERS = frozenset({"x", "y", "a", "b", "c", "radius"})


def _composite(kind: type[Any], stored: CompositeRef, form_of: FormOf) -> JsonForm:
    """An object by the fields of the class."""
    from ferrule_core.mapping.kinds.composites import CompositeParts

    composite = CompositeParts(kind, stored)
    names = {part.name: part.attribute for part in composite.fields}
    what = f"a {kind.__name__} is an object with {', '.join(names)}"
    forms: dict[str, JsonForm] = {}

    def form(attribute: str) -> JsonForm:
        """Made when it is needed: a type may be within itself, in an array."""
        if not forms:
            forms.update({part.attribute: form_of(part.value_type) for part in composite.fields})
        return forms[attribute]

    def write(row: Mapping[str, object]) -> object:
        return {
            name: None if row[attribute] is None else form(attribute).written(row[attribute])
            for name, attribute in names.items()
        }

    def read(found: object) -> object:
        members = _members(found, what)
        if members.keys() != names.keys():
            raise ValueRefused(f"{what}, and not this one")
        row = {
            attribute: None if members[name] is None else _read_field(name, members[name], form)
            for name, attribute in names.items()
        }
        composite.send(row)  # which refuses what the type cannot hold
        return row

    def _read_field(name: str, found: object, form: Callable[[str], JsonForm]) -> object:
        try:
            return form(names[name]).read(found)
        except ValueRefused as error:
            raise ValueRefused(f'field "{name}": {error.message}', hint=error.hint) from error

    return JsonForm(write, read)


def _hstore() -> JsonForm:
    def read(found: object) -> object:
        return _members(found, "an hstore is an object of text")

    return JsonForm(dict, read, (dict,))


def _members(found: object, what: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise refused(what, found)
    return cast("dict[str, Any]", found)
