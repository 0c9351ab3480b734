"""Files with one statement each: what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ferrule_codegen.naming.namespace import is_identifier
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError, GenerationError, QueryError
from ferrule_core.sql.templates import Template, read_template

_KNOWN = ("not null", "rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFile:
    """A statement of a file.

    Attributes:
        name: The file's name without ``.sql``.
        place: The file, as errors name it.
        text: The statement, with ``:name`` places.
        comment: What the file begins with, without what is said to the generator.
        not_null: Places and columns that are never NULL, as the file says.
        rows: The model of its rows, as the file says.
    """

    name: str
    place: str
    text: str
    comment: str
    not_null: frozenset[str]
    rows: str | None

    @property
    def template(self) -> Template:
        """The statement, taken apart at its places."""
        return read_template(self.text)

    @property
    def places(self) -> list[str]:
        """The names of its places, each once, in their order."""
        return list(dict.fromkeys(name for name in self.template.places if name is not None))

    @property
    def numbered(self) -> str:
        """The statement with ``$1`` to ``$n`` in the places."""
        return "".join(text for text, _ in self._written())

    def line_of(self, position: int) -> int:
        """The line in the file of a character of ``numbered``, which is counted from 1."""
        written = 0
        for text, start in self._written():
            if written + len(text) >= position:
                offset = min(position - 1 - written, max(len(text) - 1, 0))
                inside = start if text.startswith("$") else start + offset
                return self.text.count("\n", 0, inside) + 1
            written += len(text)
        return self.text.count("\n") + 1

    def _written(self) -> Iterator[tuple[str, int]]:
        """The parts of ``numbered``, and where in the file each stands."""
        numbers = {name: f"${number}" for number, name in enumerate(self.places, 1)}
        template, start = self.template, 0
        for name, piece in zip((*template.places, None), template.pieces, strict=True):
            yield piece, start
            start += len(piece)
            if name is not None:
                yield numbers[name], start
                start += len(name) + 1


def read_query_files(root: Path, folder: str) -> Sequence[QueryFile]:
    """The statements of a folder's ``*.sql`` files, in order of name.

    Raises:
        ConfigurationError: There is no such folder, or nothing in it.
        GenerationError: A file is no statement, or has a name that cannot be called.
    """
    found = sorted((root / folder).glob("*.sql"))
    if not found:
        raise ConfigurationError(
            f'the folder "{folder}" has no file "*.sql"',
            hint="correct queries in [codegen] of ferrule.toml, or take it out",
        )
    return [_read(file, f"{folder}/{file.name}") for file in found]


def _read(file: Path, place: str) -> QueryFile:
    if not is_identifier(file.stem) or file.stem.startswith("_"):
        raise GenerationError(
            f'"{place}" has a name that cannot be called', hint="give the file another name"
        )
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GenerationError(f'cannot read "{place}": {error}') from error
    try:
        template = read_template(text)
    except QueryError as error:
        raise GenerationError(f"{place}: {error.message}", hint=error.hint) from error
    if template.positional:
        raise GenerationError(f"{place}: has places without a name", hint="write :name")
    comment, said = _comment(text, place)
    return QueryFile(
        name=file.stem,
        place=place,
        text=text,
        comment=comment,
        not_null=frozenset(said.get("not null", "").replace(",", " ").split()),
        rows=said.get("rows"),
    )


def _comment(text: str, place: str) -> tuple[str, dict[str, str]]:
    """The lines of comment that a text begins with; those that speak to the generator apart."""
    lines: list[str] = []
    said: dict[str, str] = {}
    for commented in text.splitlines():
        if not commented.startswith("--"):
            break
        line = commented.removeprefix("--").strip()
        what, colon, value = line.partition(":")
        if not colon or what not in _KNOWN:
            lines.append(line)
        elif what in said:
            raise GenerationError(f'{place}: says "{what}" twice')
        else:
            said[what] = value.strip()
    return "\n".join(lines), said
