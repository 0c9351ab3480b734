"""Functions of the server, as typed expressions: ``func.count(Book.id)``."""

from __future__ import annotations

from typing import TypeVar

from ferrule_core.mapping.deferred import deferrable
from ferrule_core.mapping.expressions import Expr
from ferrule_core.query.functions.aggregates import Aggregates
from ferrule_core.query.functions.arrays import ArrayFunctions
from ferrule_core.query.functions.building import result, returned
from ferrule_core.query.functions.conditionals import Conditionals
from ferrule_core.query.functions.dates import DateFunctions
from ferrule_core.query.functions.documents import DocumentFunctions
from ferrule_core.query.functions.numbers import NumberFunctions
from ferrule_core.query.functions.rows import RowFunctions
from ferrule_core.query.functions.searching import SearchFunctions
from ferrule_core.query.functions.spans import RangeFunctions
from ferrule_core.query.functions.texts import TextFunctions
from ferrule_core.query.functions.windows import WindowFunctions

T = TypeVar("T")


class func(  # noqa: N801 - it reads as a module does, and people know it so
    Aggregates,
    WindowFunctions,
    Conditionals,
    TextFunctions,
    NumberFunctions,
    DateFunctions,
    ArrayFunctions,
    DocumentFunctions,
    RangeFunctions,
    RowFunctions,
    SearchFunctions,
):
    """The server's functions."""

    @staticmethod
    def call(
        name: str, returns: type[T], /, *arguments: object, schema: str | None = None
    ) -> Expr[T]:
        """Any function: ``func.call("similarity", float, Book.title, "dune")``.

        Args:
            name: Its name, without the schema.
            returns: The Python type of its result.
            *arguments: Expressions, and values, which are sent with the type that Python's says.
            schema: Its schema; the search path decides where it is left out.
        """
        return result(name, returned(returns), *arguments, schema=schema)


def _take_names() -> None:
    """Let all functions be called with what is known by names only: ``func.lower(F("name"))``."""
    for name in dir(func):
        if not name.startswith("_") and name != "row":  # which is no expression itself
            setattr(func, name, staticmethod(deferrable(getattr(func, name))))


_take_names()
