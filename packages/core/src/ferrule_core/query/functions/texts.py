"""Functions of text."""

from __future__ import annotations

from typing import Any, TypeVar

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.types import PG_CATALOG
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.value_types import INTEGER, TEXT, array_type, nullable
from ferrule_core.query.functions.building import result, type_of
from ferrule_core.sql.nodes import Collate

S = TypeVar("S", bound="str | None")


class TextFunctions:
    """Functions of text (manual, section 9.4)."""

    @staticmethod
    def lower(expression: Expr[S], /) -> Expr[S]:
        """The text in small letters."""
        return result("lower", TEXT, expression)

    @staticmethod
    def upper(expression: Expr[S], /) -> Expr[S]:
        """The text in capital letters."""
        return result("upper", TEXT, expression)

    @staticmethod
    def initcap(expression: Expr[S], /) -> Expr[S]:
        """The text with a capital at the begin of each word."""
        return result("initcap", TEXT, expression)

    @staticmethod
    def length(expression: Expr[str | None], /) -> Expr[int]:
        """How many characters the text has."""
        return result("length", INTEGER, expression)

    @staticmethod
    def trim(expression: Expr[S], characters: str = " ", /) -> Expr[S]:
        """The text without these characters at either end."""
        return result("btrim", TEXT, expression, characters)

    @staticmethod
    def left(expression: Expr[S], count: int, /) -> Expr[S]:
        """The first characters; of a negative count, all but the last."""
        return result("left", TEXT, expression, count)

    @staticmethod
    def right(expression: Expr[S], count: int, /) -> Expr[S]:
        """The last characters; of a negative count, all but the first."""
        return result("right", TEXT, expression, count)

    @staticmethod
    def substring(expression: Expr[S], start: int, count: int | None = None, /) -> Expr[S]:
        """Characters from ``start`` on, which counts from 1."""
        more = () if count is None else (count,)
        return result("substr", TEXT, expression, start, *more)

    @staticmethod
    def position(expression: Expr[str | None], text: str | Expr[str], /) -> Expr[int]:
        """Where the text first stands in it, from 1; 0 where it does not."""
        return result("strpos", INTEGER, expression, text)

    @staticmethod
    def replace(expression: Expr[S], old: str | Expr[str], new: str | Expr[str], /) -> Expr[S]:
        """The text with every ``old`` replaced."""
        return result("replace", TEXT, expression, old, new)

    @staticmethod
    def split_part(expression: Expr[S], separator: str, number: int, /) -> Expr[S]:
        """The part of that number, from 1, or from the end where it is negative."""
        return result("split_part", TEXT, expression, separator, number)

    @staticmethod
    def concat(*parts: Expr[Any] | str) -> Expr[str]:
        """All parts as one text; a NULL counts as nothing."""
        return result("concat", TEXT, *parts)

    @staticmethod
    def ltrim(expression: Expr[S], characters: str = " ", /) -> Expr[S]:
        """The text without these characters at its begin."""
        return result("ltrim", TEXT, expression, characters)

    @staticmethod
    def rtrim(expression: Expr[S], characters: str = " ", /) -> Expr[S]:
        """The text without these characters at its end."""
        return result("rtrim", TEXT, expression, characters)

    @staticmethod
    def lpad(expression: Expr[S], length: int, fill: str = " ", /) -> Expr[S]:
        """The text with that length, filled at its begin, or cut."""
        return result("lpad", TEXT, expression, length, fill)

    @staticmethod
    def rpad(expression: Expr[S], length: int, fill: str = " ", /) -> Expr[S]:
        """The text with that length, filled at its end, or cut."""
        return result("rpad", TEXT, expression, length, fill)

    @staticmethod
    def repeat(expression: Expr[S], times: int, /) -> Expr[S]:
        """The text, so many times."""
        return result("repeat", TEXT, expression, times)

    @staticmethod
    def reverse(expression: Expr[S], /) -> Expr[S]:
        """The text from its end to its begin."""
        return result("reverse", TEXT, expression)

    @staticmethod
    def translate(expression: Expr[S], characters: str, by: str, /) -> Expr[S]:
        """The text with each of these characters replaced by that at the same place in ``by``."""
        return result("translate", TEXT, expression, characters, by)

    @staticmethod
    def concat_ws(separator: str, /, *parts: Expr[Any] | str) -> Expr[str]:
        """All parts as one text, with a separator between those that are not NULL."""
        return result("concat_ws", TEXT, separator, *parts)

    @staticmethod
    def format(pattern: str, /, *parts: Expr[Any] | str | int) -> Expr[str]:
        """The pattern with the parts in place of ``%s``."""
        return result("format", TEXT, pattern, *parts)

    @staticmethod
    def regexp_replace(expression: Expr[S], pattern: str, by: str, flags: str = "", /) -> Expr[S]:
        """The text with what a regular expression matches replaced: the first, or with "g" all."""
        return result("regexp_replace", TEXT, expression, pattern, by, flags)

    @staticmethod
    def regexp_match(
        expression: Expr[str | None], pattern: str, flags: str = "", /
    ) -> Expr[list[str] | None]:
        """What the groups of a regular expression match, or the whole; NULL of no match."""
        return result("regexp_match", nullable(array_type(TEXT)), expression, pattern, flags)

    @staticmethod
    def octet_length(expression: Expr[str | None] | Expr[bytes | None], /) -> Expr[int]:
        """How many bytes there are."""
        return result("octet_length", INTEGER, expression)

    @staticmethod
    def ascii(expression: Expr[str | None], /) -> Expr[int]:
        """The number of the first character."""
        return result("ascii", INTEGER, expression)

    @staticmethod
    def chr(number: int | Expr[int], /) -> Expr[str]:
        """The character of that number."""
        return result("chr", TEXT, number)

    @staticmethod
    def md5(expression: Expr[str | None], /) -> Expr[str]:
        """The MD5 of the text in hexadecimal digits: to compare by, not to keep secrets by."""
        return result("md5", TEXT, expression)

    @staticmethod
    def collate(expression: Expr[S], collation: str, schema: str | None = None, /) -> Expr[S]:
        """The text as a collation orders it: ``func.collate(Book.title, "C")``."""
        node = Collate(expression.node, QualifiedName(schema or PG_CATALOG, collation))
        return Expr(node, expression.paths, type_of(expression))
