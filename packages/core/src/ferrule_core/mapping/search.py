"""Full-text search: what can be asked of text and of ``tsvector``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError, nearest
from ferrule_core.mapping.asked import Asked
from ferrule_core.mapping.families import Family, family_of, require
from ferrule_core.mapping.operands import INTEGER, Operand, text_argument
from ferrule_core.mapping.value_types import FLOAT, TEXT, TSQUERY
from ferrule_core.sql.nodes import BinaryOp, Expression, FunctionCall, Param
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Expr

T_co = TypeVar("T_co", covariant=True)

QueryKind = Literal["web", "plain", "phrase", "raw"]
Weight = Literal["A", "B", "C", "D"]

_QUERIES: Mapping[str, str] = {
    "web": "websearch_to_tsquery",
    "plain": "plainto_tsquery",
    "phrase": "phraseto_tsquery",
    "raw": "to_tsquery",
}
_OPTIONS: Mapping[str, str] = {
    "start": "StartSel",
    "stop": "StopSel",
    "max_words": "MaxWords",
    "min_words": "MinWords",
    "short_word": "ShortWord",
    "max_fragments": "MaxFragments",
    "fragment_delimiter": "FragmentDelimiter",
    "highlight_all": "HighlightAll",
}
REGCONFIG = TypeRef(PG_CATALOG, "regconfig")
TEXT_TYPE = TypeRef(PG_CATALOG, "text")
FLOATS = TypeRef(PG_CATALOG, "float4", (), 1)


class SearchLookups(Asked[T_co]):
    """Search in text, or in a column of ``tsvector``, which an index serves.

    A query is text in the form that people know of web searches (``"dune -film"``, ``or``,
    quotes), words of which all must be there (``plain``), words in this order (``phrase``), or
    PostgreSQL's own form (``raw``, which a wrong query makes an error of). ``config`` is the text
    search configuration, ``"english"``; the server's default where it is left out.
    """

    __slots__ = ()

    def search(
        self: SearchLookups[str | None],
        query: str | Expr[str],
        /,
        *,
        config: str | None = None,
        kind: QueryKind = "web",
    ) -> Expr[bool]:
        """Whether the words are found."""
        asked = query_of(query, config, kind)
        node = BinaryOp(vector_of(self, config), Operator.TEXT_SEARCH, asked)
        return self._condition(node, query)

    def rank(
        self: SearchLookups[str | None],
        query: str | Expr[str],
        /,
        *,
        config: str | None = None,
        kind: QueryKind = "web",
        weights: Sequence[float] | None = None,
        normalization: int = 0,
    ) -> Expr[float]:
        """How well it fits, by how often the words are there.

        Args:
            query: As of ``search``.
            config: As of ``search``.
            kind: As of ``search``.
            weights: What words of the weights D, C, B and A count; ``(0.1, 0.2, 0.4, 1)``.
            normalization: How the length counts: the bits of the manual, section 12.3.3.
        """
        node = _rank("ts_rank", self, query_of(query, config, kind), config, weights, normalization)
        return self._expression(node, FLOAT, query)

    def rank_cd(
        self: SearchLookups[str | None],
        query: str | Expr[str],
        /,
        *,
        config: str | None = None,
        kind: QueryKind = "web",
        weights: Sequence[float] | None = None,
        normalization: int = 0,
    ) -> Expr[float]:
        """As ``rank``, by how near to each other the words are."""
        asked = query_of(query, config, kind)
        node = _rank("ts_rank_cd", self, asked, config, weights, normalization)
        return self._expression(node, FLOAT, query)

    def headline(
        self: SearchLookups[str | None],
        query: str | Expr[str],
        /,
        *,
        config: str | None = None,
        kind: QueryKind = "web",
        **options: str | int | bool,
    ) -> Expr[str]:
        """The parts of the text where the words are, with marks around them.

        The text itself is not escaped: what shows it as HTML has to see to that.

        Args:
            query: As of ``search``.
            config: As of ``search``.
            kind: As of ``search``.
            **options: ``start``, ``stop`` (the marks), ``max_words``, ``min_words``,
                ``short_word``, ``max_fragments``, ``fragment_delimiter``, ``highlight_all``.

        Raises:
            QueryError: An option is none of these, or it is asked of a ``tsvector``, which has no
                text any more.
        """
        if family_of(self.value_type) is Family.SEARCH:
            raise QueryError("a tsvector has no text", hint="ask the text that it was made of")
        require(self, "a headline", Family.TEXT)
        given = [self.node, query_of(query, config, kind)]
        if options:
            given.append(Param(_spelt(options), TEXT_TYPE))
        call = FunctionCall("ts_headline", (*configured(config), *given))
        return self._expression(call, TEXT, query)


def configured(config: str | None) -> tuple[Expression, ...]:
    """The argument that names a configuration, where one is given."""
    return () if config is None else (Param(text_argument(config, "config"), REGCONFIG),)


def vector_of(operand: Operand, config: str | None) -> Expression:
    """The operand as ``tsvector``."""
    if require(operand, "a search", Family.TEXT, Family.SEARCH) is Family.SEARCH:
        return operand.node
    return FunctionCall("to_tsvector", (*configured(config), operand.node))


def query_of(query: object, config: str | None, kind: str) -> Expression:
    """A query as ``tsquery``; an expression that is one already as it stands."""
    name = _QUERIES.get(kind)
    if name is None:
        raise QueryError(
            f'there is no query of the kind "{kind}"',
            hint=nearest(kind, _QUERIES) or f"there are {', '.join(_QUERIES)}",
        )
    if isinstance(query, Operand):
        of = query.value_type
        if of is not None and of.stored == TSQUERY.stored:
            return query.node
        return FunctionCall(name, (*configured(config), query.node))
    asked = Param(text_argument(query, "a search"), TEXT_TYPE)
    return FunctionCall(name, (*configured(config), asked))


def refuse_unknown_weight(weight: object) -> None:
    """Refuse what is no letter of a weight."""
    if weight not in ("A", "B", "C", "D"):
        raise QueryError("a weight is one of A, B, C and D")


def _rank(
    name: str,
    operand: Operand,
    query: Expression,
    config: str | None,
    weights: Sequence[float] | None,
    normalization: int,
) -> Expression:
    arguments: list[Expression] = [vector_of(operand, config), query]
    if weights is not None:
        given = [float(weight) for weight in weights]
        if len(given) != 4:  # noqa: PLR2004
            raise QueryError("there are four weights: of D, C, B and A")
        arguments.insert(0, Param(given, FLOATS))
    if normalization:
        arguments.append(Param(normalization, INTEGER))
    return FunctionCall(name, tuple(arguments))


def _spelt(options: Mapping[str, Any]) -> str:
    """The options as the server reads them."""
    spelt: list[str] = []
    for name, value in options.items():
        known = _OPTIONS.get(name)
        if known is None:
            raise QueryError(
                f'a headline has no option "{name}"',
                hint=nearest(name, _OPTIONS) or f"it has {', '.join(_OPTIONS)}",
            )
        text = text_argument(str(value), name)
        if '"' in text:
            raise QueryError(f'"{name}" cannot have double quotes in it')
        spelt.append(f'{known}="{text}"')
    return ", ".join(spelt)
