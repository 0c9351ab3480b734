"""What a server says of a statement before it is run: its parameters and its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ferrule_core.deferred import dataclass

if TYPE_CHECKING:
    from ferrule_core.catalog import TypeRef


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """A column of a result. Whether it can be NULL, no server says."""

    name: str
    type: TypeRef


@dataclass(frozen=True, slots=True)
class StatementDescription:
    """A statement as the server understood it.

    Attributes:
        parameters: The types of ``$1`` to ``$n``.
        columns: Of its result; none of a statement that gives no rows.
    """

    parameters: tuple[TypeRef, ...]
    columns: tuple[DescribedColumn, ...]


@runtime_checkable
class Describes(Protocol):
    """A connection that can ask what a statement takes and gives."""

    async def describe(self, text: str) -> StatementDescription:
        """Let the server look at a statement, without running it.

        Raises:
            StatementError: The statement is wrong; ``fields.position`` says where.
        """
        ...
