"""Catalogs as JSON, and their fingerprint.

Driven by the dataclasses themselves, so that a new field cannot be forgotten. A field that has its
default
value is left out: snapshots stay short, and a field that is added later does not change old ones.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import (
    Any,
    Literal,
    NoReturn,
    TypeGuard,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.errors import InvalidCatalog

FORMAT = 1
"""Raised when the meaning of the JSON changes in a way that an older reader would misread."""

_Decode = Callable[[Any, str], Any]
_PLAIN = frozenset({str, int, bool, types.NoneType})


def dump_catalog(catalog: Catalog, *, indent: int | None = None) -> str:
    """Write ``catalog`` as JSON: sorted keys, names in full, equal text for equal catalogs."""
    document = {"format": FORMAT, **_encode(catalog)}
    separators = (",", ":") if indent is None else None
    return json.dumps(
        document, indent=indent, separators=separators, sort_keys=True, ensure_ascii=False
    )


def load_catalog(text: str) -> Catalog:
    """Read what ``dump_catalog`` wrote.

    Raises:
        InvalidCatalog: The text is no JSON, of a newer format, or not a catalog; the message says
        where.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidCatalog(f"the catalog is not JSON: {error}") from error
    if not _is_object(document):
        raise InvalidCatalog("the catalog's JSON must be an object")
    found = document.pop("format", None)
    if found != FORMAT:
        raise InvalidCatalog(
            f"the catalog has format {found!r}, this version reads {FORMAT}",
            hint="upgrade ferrule, or read the schema again",
        )
    return cast("Catalog", _decoder(Catalog)(document, "catalog"))


def fingerprint(catalog: Catalog) -> str:
    """The catalog's meaning as 64 hexadecimal digits: SHA-256 of its JSON."""
    return hashlib.sha256(dump_catalog(catalog).encode("utf-8", "surrogatepass")).hexdigest()


def _encode(value: Any) -> Any:
    kind: Any = value.__class__
    if kind in _PLAIN:
        return value
    if _is_tuple(value):
        return [_encode(item) for item in value]
    if is_dataclass(value):
        shown = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        return {name: _encode(item) for name, item, default in shown if item != default}
    return value


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """The fields of a dataclass, each with its default."""
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


@cache
def _decoder(kind: Any) -> _Decode:
    """A function that reads one value of the annotated type ``kind``."""
    if is_dataclass(kind):
        return _dataclass_decoder(cast("type[Any]", kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin in (Union, types.UnionType):
        return _union_decoder(arguments)
    if origin is Literal:
        return lambda value, path: value if value in arguments else _refuse(value, path)
    return lambda value, path: value if type(value) is kind else _refuse(value, path)


def _dataclass_decoder(kind: type[Any]) -> _Decode:
    hints = get_type_hints(kind)
    known = {field.name: _decoder(hints[field.name]) for field in fields(kind)}
    required = {
        f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING
    }

    def decode(value: Any, path: str) -> Any:
        if not _is_object(value):
            _refuse(value, path)
        if unknown := value.keys() - known.keys():
            raise InvalidCatalog(f"unknown key at {path}: {', '.join(sorted(unknown))}")
        if missing := required - value.keys():
            raise InvalidCatalog(f"missing key at {path}: {', '.join(sorted(missing))}")
        return kind(**{key: known[key](item, f"{path}.{key}") for key, item in value.items()})

    return decode


def _tuple_decoder(arguments: tuple[Any, ...]) -> _Decode:
    repeated = Ellipsis in arguments
    decoders = [_decoder(argument) for argument in arguments if argument is not Ellipsis]

    def decode(value: Any, path: str) -> Any:
        if not _is_array(value):
            _refuse(value, path)
        each = decoders * len(value) if repeated else decoders
        if len(each) != len(value):
            _refuse(value, path)
        return tuple(
            one(item, f"{path}[{i}]") for i, (one, item) in enumerate(zip(each, value, strict=True))
        )

    return decode


def _union_decoder(arguments: tuple[Any, ...]) -> _Decode:
    """Unions of plain values, of words and of one dataclass: no two share a JSON form."""
    dataclasses: list[Any] = [argument for argument in arguments if is_dataclass(argument)]
    words = [word for one in arguments if get_origin(one) is Literal for word in get_args(one)]
    plain = tuple(argument for argument in arguments if not is_dataclass(argument))

    def decode(value: Any, path: str) -> Any:
        if _is_object(value) and len(dataclasses) == 1:
            return _decoder(dataclasses[0])(value, path)
        return value if type(value) in plain or value in words else _refuse(value, path)

    return decode


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _refuse(value: object, path: str) -> NoReturn:
    raise InvalidCatalog(f"unexpected {type(value).__name__} at {path}")
