"""What all nodes share, and what makes the key of a statement's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ferrule_core.sql.values import Value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.expressions import Param

Key: TypeAlias = list[object]
"""The structure of a statement, flat: hashable parts in the order of its text."""


class Node(Value):
    """Part of a statement; the closed unions say which part may stand where."""

    __slots__ = ()

    def shape(self, key: Key, params: list[Param]) -> None:
        """Append this node's structure to ``key`` and its params to ``params``, in SQL order.

        A key must be readable from its beginning, so that two structures never share one: a node
        that may stand for others in its place begins with its class; then come its own fields,
        the numbers of its children, and the children. Whatever changes the text must be in the
        key, and no value may.
        """
        raise AssertionError(f"{type(self).__name__} does not say its shape")


class KeyPart:
    """A stretch of a key that is used again and again: its hash is worked out once."""

    __slots__ = ("_hash", "parts")

    def __init__(self, parts: tuple[object, ...]) -> None:
        self.parts = parts
        self._hash = hash(parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyPart) and self.parts == other.parts
