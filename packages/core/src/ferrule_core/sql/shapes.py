"""One text for each shape of statement, so that preparing it is paid for once."""

from __future__ import annotations

from typing import TypeAlias

from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.compiler import compile_text, nested_too_deeply
from ferrule_core.sql.nodes import Param, Statement

Shape: TypeAlias = tuple[object, ...]
"""All of a statement but its values; equal shapes have equal texts."""


def shape_of(statement: Statement) -> tuple[Shape, list[Param]]:
    """Take a statement apart into its shape and its params, in the order of their numbers.

    Much cheaper than compiling. No value is in the shape, so it may be kept.

    Raises:
        QueryError: Expressions are nested deeper than Python can follow.
    """
    key: list[object] = []
    params: list[Param] = []
    try:
        statement.shape(key, params)
    except RecursionError:
        raise nested_too_deeply() from None
    if len(params) > 1 and len({id(param) for param in params}) < len(params):
        params = _share(key, params)
    return tuple(key), params


def _share(key: list[object], params: list[Param]) -> list[Param]:
    """Give each param one place, and say in the key which places are the same."""
    unique = {id(param): param for param in params}
    places = {identity: place for place, identity in enumerate(unique)}
    key.append(tuple([places[id(param)] for param in params]))
    return list(unique.values())


class ShapeCache:
    """Compiles statements, and remembers the text of each shape.

    Bounded: it holds two generations of at most ``most`` shapes each. When the young one is full
    it becomes the old one, and what was not used since is forgotten. Threads may share it.
    """

    __slots__ = ("_most", "_old", "_young")

    def __init__(self, *, most: int = 2048) -> None:
        self._most = most
        self._young: dict[Shape, str] = {}
        self._old: dict[Shape, str] = {}

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())

    def compile(self, statement: Statement) -> CompiledQuery:
        """Compile a statement, by its shape where that was seen before.

        Raises:
            QueryError, NameRefused: As ``compile_text``.
        """
        shape, params = shape_of(statement)
        text = self._young.get(shape)
        if text is None:
            text = self._recall(shape, statement, params)
        return CompiledQuery(text, tuple([param.value for param in params]), statement)

    def _recall(self, shape: Shape, statement: Statement, params: list[Param]) -> str:
        text = self._old.get(shape)
        if text is None:
            text = _compile_text(statement, params)
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[shape] = text
        return text


def _compile_text(statement: Statement, params: list[Param]) -> str:
    """Compile, and make sure that the params are numbered as the shape has them.

    The order depends on nothing but the shape, so it is right for all statements of the shape if it
    is right for the first.
    """
    text, written = compile_text(statement)
    if list(map(id, written)) != list(map(id, params)):
        kind = type(statement).__name__
        raise AssertionError(f"the shape of {kind} has its params in another order than the text")
    return text
