"""Whoever says the statements: what was made so far, and how the next one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from packages.introspect.tests.integration.random_schemas.words import (
    CONDITIONS,
    DEFAULTS,
    NAMES,
    SCHEMAS,
    TEXTS,
    TYPES,
)

from ferrule_core.catalog import quote_identifier

T = TypeVar("T")


@dataclass
class Table:
    """A table that was asked for, and its columns with their types."""

    schema: str
    table: str
    columns: dict[str, str] = field(default_factory=dict[str, str])
    key: str | None = None

    @property
    def name(self) -> str:
        """As SQL says it."""
        return f"{self.schema}.{self.table}"


class Maker:
    """Says one statement after the other, about what it said before.

    Most of what is said fits what is there; the server refuses the rest, and whoever runs the
    statements says by ``taken`` which of them were not refused.
    """

    def __init__(
        self,
        random: Random,
        statements: Sequence[Callable[[Maker], str]],
        *,
        version: int,
    ) -> None:
        self.random = random
        self.version = version
        self.tables: list[Table] = []
        self.made: dict[str, list[str]] = {}
        self._statements = statements
        self._effect: Callable[[], object] = _nothing

    def statement(self) -> str:
        """The next statement."""
        self._effect = _nothing
        return self.one_of(self._statements)(self)

    def taken(self) -> None:
        """The server took the last one."""
        self._effect()

    def when_taken(self, effect: Callable[[], object]) -> None:
        """What is then known of the schema."""
        self._effect = effect

    def makes(self, kind: str, name: str) -> None:
        """The statement makes an object that others may speak of."""
        self._effect = lambda: self.made.setdefault(kind, []).append(name)

    def makes_table(self, table: Table) -> None:
        """The statement makes a table."""
        self._effect = lambda: self.tables.append(table)

    def one_of(self, things: Sequence[T]) -> T:
        """One of several."""
        return things[self.random.randrange(len(things))]

    def chance(self, share: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random.random() < share

    def maybe(self, text: str, share: float = 0.3) -> str:
        """A text with a space before it, or nothing."""
        return f" {text}" if self.chance(share) else ""

    def name(self) -> str:
        """A name."""
        return quote_identifier(self.one_of(NAMES))

    def schema(self) -> str:
        """A schema."""
        return quote_identifier(self.one_of(SCHEMAS))

    def new(self) -> str:
        """A name with its schema."""
        return f"{self.schema()}.{self.name()}"

    def old(self, *kinds: str) -> str:
        """An object of one of the kinds; where there is none, a name that leads nowhere."""
        found = [name for kind in kinds for name in self.made.get(kind, ())]
        return self.one_of(found) if found else "one.missing"

    def table(self) -> Table:
        """A table."""
        return self.one_of(self.tables) if self.tables else Table("one", "missing")

    def column(self, table: Table, kinds: Collection[str] = ()) -> str:
        """A column of a table, of one of the kinds if there is any."""
        fitting = [name for name, kind in table.columns.items() if kind in kinds]
        return self.one_of(fitting or [*table.columns] or ["missing"])

    def type(self) -> str:
        """A type; now and then one that was made here, or an array of it."""
        own = [name for kind in ("type", "range") for name in self.made.get(kind, ())]
        own += [table.name for table in self.tables] if self.chance(0.1) else []
        if own and self.chance(0.25):
            return self.one_of(own) + self.one_of(["", "", "[]"])
        return self.one_of(TYPES)

    def text(self) -> str:
        """A literal."""
        return self.one_of(TEXTS)

    def condition(self, value: str) -> str:
        """What is true or false of a value."""
        return self.one_of(CONDITIONS).format(value)

    def default(self, kind: str) -> str:
        """What fits a column of the kind."""
        return self.one_of(DEFAULTS.get(kind, ("NULL",)))

    def filling(self, kind: str) -> str:
        """What follows the name of a column: its type and more."""
        collation = ""
        if kind in ("text", "varchar(7)", "varchar"):
            chosen = self.one_of(['"C"', self.old("collation")])
            collation = self.maybe(f"COLLATE {chosen}", 0.4)
        default = self.maybe(f"DEFAULT {self.default(kind)}")
        return kind + collation + default + self.maybe("NOT NULL")


def _nothing() -> None:
    """Most statements change nothing that later ones are about."""
