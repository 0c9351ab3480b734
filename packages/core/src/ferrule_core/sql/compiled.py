"""What the compiler makes and a backend runs."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.sql.values import Value, value


@value
class CompiledQuery(Value):
    """One statement, ready to run: a value that may be kept, compared and logged.

    Attributes:
        text: SQL with ``$1`` to ``$n``; never holds a value.
        parameters: The values, in the order of their numbers.
        origin: The statement node that it was compiled from; ``None`` for SQL that the caller
            wrote.
    """

    text: str
    parameters: tuple[object, ...] = ()
    origin: object | None = None

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        return f"CompiledQuery({self.text!r}, {len(self.parameters)} parameters)"


@value
class CompiledBatch(Value):
    """One statement to be run once for each row of parameters, all or none."""

    text: str
    rows: Sequence[Sequence[object]]
    origin: object | None = None

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        return f"CompiledBatch({self.text!r}, {len(self.rows)} rows)"
