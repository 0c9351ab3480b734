"""Names of objects, and the one function that quotes them."""

from __future__ import annotations

import re

from ferrule_core.deferred import dataclass
from ferrule_core.errors import NameRefused

MAX_NAME_BYTES = 63
"""NAMEDATALEN - 1 of a PostgreSQL built as usual; the server cuts longer names silently."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, order=True)
class QualifiedName:
    """The name of an object that lives in a schema."""

    schema: str
    name: str

    def __str__(self) -> str:
        """For people: quoted only where a reader would stumble."""
        return f"{shown_name(self.schema)}.{shown_name(self.name)}"

    @property
    def sql(self) -> str:
        """For the server: both parts quoted."""
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


def quote_identifier(name: str) -> str:
    """Quote a name for SQL text; every identifier that Ferrule sends goes through here.

    Raises:
        NameRefused: PostgreSQL cannot hold the name: it is empty, has a NUL character, or is
        longer than
            63 bytes of UTF-8, which the server would cut, so that two names could become one.
    """
    if not name:
        raise NameRefused("a name must not be empty")
    if "\0" in name:
        raise NameRefused(f"a name must not contain a NUL character: {name!r}")
    if (
        len(name) > MAX_NAME_BYTES // 4
        and len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES
    ):
        raise NameRefused(
            f"a name must not be longer than {MAX_NAME_BYTES} bytes: {name!r}",
            hint="PostgreSQL would cut it, and two cut names may be equal; choose a shorter one",
        )
    return '"' + name.replace('"', '""') + '"'


def default_name(owner: str, column: str | None, label: str) -> str:
    """The name that the server gives to what belongs to a column or an object: ``book_id_seq``.

    Too long a name is made to fit by cutting the longer of its two parts, byte by byte, and never
    inside a character: ``makeObjectName`` in PostgreSQL's ``indexcmds.c``.
    """
    whole = f"{owner}_{label}" if column is None else f"{owner}_{column}_{label}"
    if len(whole) <= MAX_NAME_BYTES and whole.isascii():
        return whole
    first, second = owner.encode(), (column or "").encode()
    room = MAX_NAME_BYTES - len(label) - (1 if column is None else 2)
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    kept = [part.decode(errors="ignore") for part in (first, second)]
    return "_".join((kept[0], label) if column is None else (*kept, label))


def shown_name(name: str) -> str:
    """A name for people: quoted only where a reader would stumble."""
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'
