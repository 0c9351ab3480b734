"""Errors that Ferrule finds itself, before or after the server had its say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar


class FerruleError(Exception):
    """The root of everything that Ferrule raises on purpose.

    Attributes:
        code: Stable identifier of the kind of error, e.g. ``FER-D011``.
        message: What happened and on what, without code and hint.
        hint: What to do next, or ``None`` where the message already says it.
    """

    code: ClassVar[str] = "FER-0000"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = f"[{self.code}] {self.message}"
        return text if self.hint is None else f"{text}\nhint: {self.hint}"


class ConfigurationError(FerruleError):
    """Settings, a URL or an option cannot be used as they stand."""

    code = "FER-C001"


class UnknownProfile(ConfigurationError):
    """No profile of that name is in ``ferrule.toml``."""

    code = "FER-C002"


class MissingPackage(ConfigurationError):
    """What was asked for lives in a package that is not installed."""

    code = "FER-C003"

    def __init__(self, wanted: str, *, install: str) -> None:
        super().__init__(f"{wanted} is not installed", hint=f"pip install '{install}'")
        self.install = install


class PluginError(FerruleError):
    """A plugin could not be loaded, or two plugins hand out the same name."""

    code = "FER-P001"


class SyncError(FerruleError):
    """A call through ``.sync`` cannot be made from where it was made."""

    code = "FER-C004"


class NameRefused(FerruleError):
    """A name that PostgreSQL cannot hold: empty, with a NUL character, or longer than 63 bytes."""

    code = "FER-N001"


class CatalogError(FerruleError):
    """A catalog does not hold what was asked of it."""

    code = "FER-S001"


class UnknownObject(CatalogError):
    """No such schema, table or other object."""

    code = "FER-S002"


class InvalidCatalog(CatalogError):
    """A catalog, or its JSON, contradicts itself."""

    code = "FER-S003"


class ModelError(FerruleError):
    """A model class is declared in a way that has no meaning."""

    code = "FER-M001"


class MissingValue(ModelError):
    """An instance was made without a value for a column that needs one."""

    code = "FER-M002"


class QueryError(FerruleError):
    """A query cannot be built as written; nothing was sent to the server."""

    code = "FER-Q001"


class InvalidCursor(QueryError):
    """The cursor of a page was made for another query, or was changed on its way."""

    code = "FER-Q006"


class UnknownColumn(QueryError):
    """A model has no column or relation of that name."""

    code = "FER-Q002"


class UnknownLookup(QueryError):
    """A keyword names a look-up that does not exist for its column."""

    code = "FER-Q003"


class ValueRefused(QueryError):
    """A value cannot be stored exactly, so it was not sent."""

    code = "FER-Q004"


class ValidationFailed(ValueRefused, MissingValue):
    """Values of an instance, or of several, cannot be written as they are; nothing was sent.

    Attributes:
        errors: What is wrong, by attribute; ``"*"`` is the instance as a whole. Of many rows, each
            text begins with the row's place: ``rows[3]``.
        rows: The same for each of many rows, by its place among them, from 0; empty for one row.
    """

    code = "FER-V001"

    def __init__(
        self,
        message: str,
        *,
        errors: Mapping[str, tuple[str, ...]],
        rows: Mapping[int, Mapping[str, tuple[str, ...]]] | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.errors = errors
        self.rows = rows or {}


class SessionRequired(QueryError):
    """A statement needs a session that lasts, and a pooler in transaction mode gives none."""

    code = "FER-Q005"


class NotFound(FerruleError):
    """A query that must give one row gave none."""

    code = "FER-R001"


class MultipleRows(FerruleError):
    """A query that must give one row gave several."""

    code = "FER-R002"


class NotLoaded(FerruleError):
    """A relation or a deferred column was read before it was loaded."""

    code = "FER-R003"


class RepeatedLoads(FerruleError):
    """A line of the program reads rows one by one, which one statement could read.

    Attributes:
        file: Whose line it is.
        line: Which one, from 1.
        times: How many rows it asked for.
    """

    code = "FER-R005"

    def __init__(self, message: str, *, hint: str, file: str, line: int, times: int) -> None:
        super().__init__(message, hint=hint)
        self.file = file
        self.line = line
        self.times = times


class StaleObject(FerruleError):
    """The row was changed or deleted by another writer since it was read."""

    code = "FER-R004"


class PoolError(FerruleError):
    """The pool could not give a connection."""

    code = "FER-L001"


class PoolTimeout(PoolError):
    """No connection became free in time; the message has the pool's figures."""

    code = "FER-L002"


class PoolClosed(PoolError):
    """The pool, or the database it belongs to, is not open."""

    code = "FER-L003"


class CallbackFailed(FerruleError):
    """A transaction is committed, but callbacks that followed it failed.

    Attributes:
        errors: What the callbacks raised, in order.
    """

    code = "FER-T001"

    def __init__(self, message: str, *, errors: tuple[Exception, ...]) -> None:
        super().__init__(message, hint="do not run the transaction again: it is done")
        self.errors = errors


class GenerationError(FerruleError):
    """Code could not be generated or written."""

    code = "FER-G001"


class ForeignFiles(GenerationError):
    """The output folder holds files that Ferrule did not write; nothing was changed."""

    code = "FER-G002"


class EditedFiles(GenerationError):
    """Files that a pull writes again were changed by hand; nothing was changed."""

    code = "FER-G003"


class SchemaDrift(FerruleError):
    """Database, code and migrations disagree."""

    code = "FER-S010"


class MigrationError(FerruleError):
    """A migration cannot be made or applied."""

    code = "FER-A001"


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> str | None:
    """Say which known names are close to a misspelt one, as the text of a hint.

    Returns:
        ``did you mean "a" or "b"?``, or ``None`` where nothing is close.
    """
    import difflib

    close = difflib.get_close_matches(name, list(known), n=most, cutoff=0.6)
    if not close:
        return None
    quoted = [f'"{candidate}"' for candidate in close]
    return f"did you mean {' or '.join(quoted)}?"
