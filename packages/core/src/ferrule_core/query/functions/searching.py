"""Functions of full-text search, beside what text and ``tsvector`` can be asked."""

from __future__ import annotations

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import paths_of
from ferrule_core.mapping.search import (
    QueryKind,
    Weight,
    configured,
    query_of,
    refuse_unknown_weight,
)
from ferrule_core.mapping.value_types import INTEGER, TSQUERY, TSVECTOR
from ferrule_core.query.functions.building import result
from ferrule_core.sql.nodes import Cast, Constant, FunctionCall


class SearchFunctions:
    """Full-text search (manual, chapter 12)."""

    @staticmethod
    def to_tsvector(text: Expr[str | None], /, *, config: str | None = None) -> Expr[str]:
        """The words of a text as they are searched for."""
        call = FunctionCall("to_tsvector", (*configured(config), text.node))
        return Expr(call, text.paths, TSVECTOR)

    @staticmethod
    def to_tsquery(
        query: str | Expr[str], /, *, config: str | None = None, kind: QueryKind = "web"
    ) -> Expr[str]:
        """A query, to be used in several places: ``words = func.to_tsquery("dune -film")``."""
        return Expr(query_of(query, config, kind), paths_of(query), TSQUERY)

    @staticmethod
    def setweight(vector: Expr[str], weight: Weight, /) -> Expr[str]:
        """The words with a weight, for ``rank``; join several by ``+``."""
        refuse_unknown_weight(weight)
        letter = Cast(Constant(weight), TypeRef(PG_CATALOG, "char"))
        call = FunctionCall("setweight", (vector.node, letter))
        return Expr(call, vector.paths, TSVECTOR)

    @staticmethod
    def numnode(query: Expr[str], /) -> Expr[int]:
        """How many words and operators a query has; 0 of one that finds nothing at all."""
        return result("numnode", INTEGER, query)
