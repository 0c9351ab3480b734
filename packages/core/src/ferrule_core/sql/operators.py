"""The operators that statements may use, with how tightly each binds."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TypeAlias

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.errors import QueryError
from ferrule_core.lazy import pattern

_OPERATOR = pattern(r"[-+*/<>=~!@#%^&|`?]{1,63}")
_IN_GRAMMAR = frozenset(("=", "<>", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "^"))


class Precedence(IntEnum):
    """How tightly a construct binds; a higher one binds first.

    From PostgreSQL's manual, section 4.1.6 "Operator Precedence". The same table has held since
    9.5.
    """

    LOWEST = 0  # what stands alone in a clause; and what is parenthesised in anything else
    OR = 1
    AND = 2
    NOT = 3
    IS = 4  # IS NULL, IS DISTINCT FROM
    COMPARISON = 5  # < > = <= >= <>
    RANGE = 6  # BETWEEN IN LIKE ILIKE SIMILAR
    OTHER = 7  # every operator that the table does not name: || -> @> ~ &&
    ADDITIVE = 8
    MULTIPLICATIVE = 9
    POWER = 10
    COLLATE = 11
    SIGN = 12  # unary + and -
    SUBSCRIPT = 13
    CAST = 14  # ::
    ATOM = 15  # what is never torn apart: names, params, calls, parentheses


class Operator(Enum):
    """An operator between two expressions.

    ``AND`` and ``OR`` join any number of conditions and are ``Connective``; ``LIKE`` and
    ``BETWEEN`` have nodes of their own.

    Attributes:
        symbol: The operator as SQL text.
        precedence: How tightly it binds.
        above: The next tighter precedence: what its right side needs to stand without parentheses.
        chains: Whether ``a op b op c`` means ``(a op b) op c``; PostgreSQL refuses it for the
            others.
    """

    EQ = ("=", Precedence.COMPARISON)
    NE = ("<>", Precedence.COMPARISON)
    LT = ("<", Precedence.COMPARISON)
    LE = ("<=", Precedence.COMPARISON)
    GT = (">", Precedence.COMPARISON)
    GE = (">=", Precedence.COMPARISON)
    IS_DISTINCT_FROM = ("IS DISTINCT FROM", Precedence.IS)
    IS_NOT_DISTINCT_FROM = ("IS NOT DISTINCT FROM", Precedence.IS)

    ADD = ("+", Precedence.ADDITIVE)
    SUB = ("-", Precedence.ADDITIVE)
    MUL = ("*", Precedence.MULTIPLICATIVE)
    DIV = ("/", Precedence.MULTIPLICATIVE)
    MOD = ("%", Precedence.MULTIPLICATIVE)
    POW = ("^", Precedence.POWER)
    BIT_AND = ("&", Precedence.OTHER)
    BIT_OR = ("|", Precedence.OTHER)
    BIT_XOR = ("#", Precedence.OTHER)
    SHIFT_LEFT = ("<<", Precedence.OTHER)  # of ranges and geometry: strictly left of
    SHIFT_RIGHT = (">>", Precedence.OTHER)
    CONCAT = ("||", Precedence.OTHER)

    MATCHES = ("~", Precedence.OTHER)
    MATCHES_IGNORING_CASE = ("~*", Precedence.OTHER)
    NOT_MATCHES = ("!~", Precedence.OTHER)
    NOT_MATCHES_IGNORING_CASE = ("!~*", Precedence.OTHER)
    TEXT_SEARCH = ("@@", Precedence.OTHER)

    CONTAINS = ("@>", Precedence.OTHER)
    CONTAINED_BY = ("<@", Precedence.OTHER)
    OVERLAPS = ("&&", Precedence.OTHER)
    NOT_RIGHT_OF = ("&<", Precedence.OTHER)
    NOT_LEFT_OF = ("&>", Precedence.OTHER)
    ADJACENT = ("-|-", Precedence.OTHER)
    DISTANCE = ("<->", Precedence.OTHER)

    JSON_GET = ("->", Precedence.OTHER)
    JSON_GET_TEXT = ("->>", Precedence.OTHER)
    JSON_PATH = ("#>", Precedence.OTHER)
    JSON_PATH_TEXT = ("#>>", Precedence.OTHER)
    JSON_HAS_KEY = ("?", Precedence.OTHER)
    JSON_HAS_ANY_KEY = ("?|", Precedence.OTHER)
    JSON_HAS_ALL_KEYS = ("?&", Precedence.OTHER)
    JSON_DELETE_PATH = ("#-", Precedence.OTHER)
    JSONPATH_EXISTS = ("@?", Precedence.OTHER)
    STARTS_WITH = ("^@", Precedence.OTHER)

    __hash__ = object.__hash__  # Enum's own runs Python code, on each look-up of a shape

    def __init__(self, symbol: str, precedence: Precedence) -> None:
        self.symbol = symbol
        self.precedence = precedence
        self.above = Precedence(precedence + 1)
        self.chains = precedence not in (Precedence.COMPARISON, Precedence.IS)


class CustomOperator:
    """An operator that an extension or a user made: ``CustomOperator("<=>", schema="public")``.

    It binds as PostgreSQL binds every operator that its grammar does not name. With a schema it is
    written ``OPERATOR("public".<=>)``, which no ``search_path`` can mistake.

    Raises:
        QueryError: PostgreSQL would not read the symbol as one operator, or binds it otherwise.
    """

    __slots__ = ("above", "chains", "precedence", "symbol")

    def __init__(self, symbol: str, schema: str | None = None) -> None:
        if not _is_operator(symbol):
            raise QueryError(
                "an operator consists of the characters + - * / < > = ~ ! @ # % ^ & | ` ?, "
                "and PostgreSQL must read them as one",
                hint="see the manual, section 4.1.3",
            )
        if schema is None and symbol in _IN_GRAMMAR:
            raise QueryError(f'"{symbol}" is an operator of its own precedence: use Operator')
        qualified = "" if schema is None else f"OPERATOR({quote_identifier(schema)}.{symbol})"
        self.symbol = qualified or symbol
        self.precedence = Precedence.OTHER
        self.above = Precedence.ADDITIVE
        self.chains = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CustomOperator) and self.symbol == other.symbol

    def __hash__(self) -> int:
        return hash(self.symbol)

    def __repr__(self) -> str:
        return f"CustomOperator({self.symbol!r})"


def _is_operator(symbol: str) -> bool:
    """Whether PostgreSQL's scanner takes it for one operator (``scan.l``, rule ``operator``)."""
    if not _OPERATOR.fullmatch(symbol) or "--" in symbol or "/*" in symbol or symbol == "=>":
        return False
    ends_in_sign = len(symbol) > 1 and symbol[-1] in "+-"
    return not ends_in_sign or any(character in "~!@#%^&|`?" for character in symbol)


AnyOperator: TypeAlias = Operator | CustomOperator
"""Whatever may stand between two expressions."""


class IsKind(Enum):
    """What ``IS`` can ask, beside ``IS NULL``; the tests of JSON need PostgreSQL 16."""

    TRUE = "TRUE"
    FALSE = "FALSE"
    UNKNOWN = "UNKNOWN"
    JSON = "JSON"
    JSON_OBJECT = "JSON OBJECT"
    JSON_ARRAY = "JSON ARRAY"
    JSON_SCALAR = "JSON SCALAR"
    NORMALIZED = "NORMALIZED"

    __hash__ = object.__hash__


class UnaryOperator(Enum):
    """An operator before one expression.

    Attributes:
        symbol: The operator as SQL text.
        precedence: How tightly it binds.
    """

    NOT = ("NOT", Precedence.NOT)
    NEGATE = ("-", Precedence.SIGN)
    BIT_NOT = ("~", Precedence.OTHER)

    __hash__ = object.__hash__

    def __init__(self, symbol: str, precedence: Precedence) -> None:
        self.symbol = symbol
        self.precedence = precedence


class Connective(Enum):
    """What joins conditions.

    Attributes:
        symbol: The connective as SQL text.
        precedence: How tightly it binds.
    """

    AND = ("AND", Precedence.AND)
    OR = ("OR", Precedence.OR)

    __hash__ = object.__hash__

    def __init__(self, symbol: str, precedence: Precedence) -> None:
        self.symbol = symbol
        self.precedence = precedence
