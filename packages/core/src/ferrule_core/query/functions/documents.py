"""Functions of JSON, which make documents and look into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ferrule_core.mapping.documents import JSONPATH, TEXT_TYPE, TEXTS, document_of, value
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.json_parts import JsonPart
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.operands import Operand, paths_of, text_argument
from ferrule_core.mapping.value_types import BOOLEAN, INTEGER, JSON, TEXT, ValueType, nullable
from ferrule_core.query.functions.aggregates import Aggregate
from ferrule_core.query.functions.building import argument
from ferrule_core.sql.nodes import BinaryOp, Constant, Expression, FunctionCall, Param
from ferrule_core.sql.operators import Operator


class DocumentFunctions:
    """JSON (manual, section 9.16). Documents are ``jsonb``; values in them are of JSON's types."""

    @staticmethod
    def to_jsonb(expression: Expr[Any], /) -> Expr[JsonValue]:
        """Any value as JSON."""
        return _document("to_jsonb", (expression.node,), expression)

    @staticmethod
    def jsonb_build_object(**members: Any) -> Expr[dict[str, Any]]:  # noqa: ANN401 - any value
        """An object: ``func.jsonb_build_object(title=Book.title, price=Book.price)``."""
        nodes: list[Expression] = []
        for key, member in members.items():
            nodes += (Param(text_argument(key, "a key"), TEXT_TYPE), _member(member))
        return _document("jsonb_build_object", nodes, *members.values())

    @staticmethod
    def jsonb_build_array(*items: Any) -> Expr[list[Any]]:  # noqa: ANN401 - any value
        """A list of these values."""
        return _document("jsonb_build_array", [_member(item) for item in items], *items)

    @staticmethod
    def jsonb_object_agg(key: Expr[str], member: Expr[Any], /) -> Aggregate[dict[str, Any] | None]:
        """All keys and values as an object; ``None`` where there is no row."""
        call = FunctionCall("jsonb_object_agg", (key.node, member.node))
        return Aggregate(call, paths_of(key, member), JSON)

    @staticmethod
    def jsonb_set(
        document: Expr[Any],
        path: Sequence[str | int],
        new: Any,  # noqa: ANN401 - any value
        /,
        *,
        create: bool = True,
    ) -> Expr[dict[str, Any]]:
        """The document with another value at a path; ``create`` adds the last key of it."""
        nodes = (document_of(document), _path(path), value(new), Constant(create))
        return _document("jsonb_set", nodes, document, new)

    @staticmethod
    def jsonb_delete(document: Expr[Any], path: Sequence[str | int], /) -> Expr[dict[str, Any]]:
        """The document without what is at a path."""
        node = BinaryOp(document_of(document), Operator.JSON_DELETE_PATH, _path(path))
        return Expr(node, document.paths, JSON)

    @staticmethod
    def jsonb_merge(
        document: Expr[Any], other: Mapping[str, Any] | Expr[Any], /
    ) -> Expr[dict[str, Any]]:
        """The keys of both; where both have one, that of the second. Not in depth."""
        node = BinaryOp(document_of(document), Operator.CONCAT, value(other))
        return Expr(node, paths_of(document, other), JSON)

    @staticmethod
    def jsonb_strip_nulls(document: Expr[Any], /) -> Expr[dict[str, Any]]:
        """The document without the keys whose value is JSON's null, in depth."""
        return _document("jsonb_strip_nulls", (document_of(document),), document)

    @staticmethod
    def jsonb_typeof(document: Expr[Any], /) -> Expr[str]:
        """``object``, ``array``, ``string``, ``number``, ``boolean`` or ``null``."""
        return _call("jsonb_typeof", TEXT, document)

    @staticmethod
    def jsonb_array_length(document: Expr[Any], /) -> Expr[int]:
        """How many values a list has; of anything else it is an error of the server."""
        return _call("jsonb_array_length", INTEGER, document)

    @staticmethod
    def jsonb_pretty(document: Expr[Any], /) -> Expr[str]:
        """The document as text in several lines."""
        return _call("jsonb_pretty", TEXT, document)

    @staticmethod
    def jsonb_path_exists(
        document: Expr[Any],
        path: str,
        /,
        **variables: Any,  # noqa: ANN401 - any value
    ) -> Expr[bool]:
        """Whether a jsonpath finds something; ``$name`` in it is the variable of that name."""
        return _at_path("jsonb_path_exists", BOOLEAN, document, path, variables)

    @staticmethod
    def jsonb_path_query_first(
        document: Expr[Any],
        path: str,
        /,
        **variables: Any,  # noqa: ANN401 - any value
    ) -> JsonPart:
        """The first that a jsonpath finds, as a part of the document; NULL of nothing."""
        found = _at_path("jsonb_path_query_first", JSON, document, path, variables)
        return JsonPart(found, ())

    @staticmethod
    def jsonb_path_query_array(
        document: Expr[Any],
        path: str,
        /,
        **variables: Any,  # noqa: ANN401 - any value
    ) -> Expr[list[Any]]:
        """All that a jsonpath finds, as a JSON list."""
        return _at_path("jsonb_path_query_array", JSON, document, path, variables)


def _member(given: object) -> Expression:
    return argument(given) if isinstance(given, Operand) else value(given)


def _path(path: Sequence[str | int]) -> Expression:
    return Param([text_argument(str(step), "a key") for step in path], TEXTS)


def _document(name: str, nodes: Sequence[Expression], *of: object) -> Expr[Any]:
    return Expr(FunctionCall(name, tuple(nodes)), paths_of(*of), JSON)


def _call(name: str, of: ValueType, document: Expr[Any]) -> Expr[Any]:
    return Expr(FunctionCall(name, (document_of(document),)), document.paths, nullable(of))


def _at_path(
    name: str, of: ValueType, document: Expr[Any], path: str, variables: Mapping[str, Any]
) -> Expr[Any]:
    asked = Param(text_argument(path, "a jsonpath"), JSONPATH)
    given = (value(dict(variables)),) if variables else ()
    call = FunctionCall(name, (document_of(document), asked, *given))
    return Expr(call, document.paths, of)
