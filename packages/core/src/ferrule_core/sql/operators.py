"""The operators that statements may use, with how tightly each binds."""

from __future__ import annotations

from enum import Enum, IntEnum


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

    __hash__ = object.__hash__  # Enum's own runs Python code, on each look-up of a shape

    def __init__(self, symbol: str, precedence: Precedence) -> None:
        self.symbol = symbol
        self.precedence = precedence
        self.above = Precedence(precedence + 1)
        self.chains = precedence not in (Precedence.COMPARISON, Precedence.IS)


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
