"""What can be asked of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ferrule_core.mapping import predicates
from ferrule_core.mapping.asked import Asked
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Expr

T_co = TypeVar("T_co", covariant=True)

_MATCHES, _MATCHES_IGNORING_CASE = Operator.MATCHES, Operator.MATCHES_IGNORING_CASE


class TextLookups(Asked[T_co]):
    """Each takes its argument literally, wildcards included, but for ``like`` and ``ilike``."""

    __slots__ = ()

    def like(self: TextLookups[str | None], pattern: str, /) -> Expr[bool]:
        r"""Whether it fits a pattern: ``%`` is any text, ``_`` any character, ``\`` escapes."""
        return self._condition(predicates.like(self, pattern))

    def ilike(self: TextLookups[str | None], pattern: str, /) -> Expr[bool]:
        """As ``like``, and the case of letters does not matter."""
        return self._condition(predicates.like(self, pattern, ignore_case=True))

    def icontains(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """As ``contains``, and the case of letters does not matter."""
        return self._condition(predicates.like_literal(self, "%", text, "%", ignore_case=True))

    def startswith(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """Whether it begins with this text."""
        return self._condition(predicates.like_literal(self, "", text, "%"))

    def istartswith(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """As ``startswith``, and the case of letters does not matter."""
        return self._condition(predicates.like_literal(self, "", text, "%", ignore_case=True))

    def endswith(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """Whether it ends with this text."""
        return self._condition(predicates.like_literal(self, "%", text, ""))

    def iendswith(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """As ``endswith``, and the case of letters does not matter."""
        return self._condition(predicates.like_literal(self, "%", text, "", ignore_case=True))

    def iexact(self: TextLookups[str | None], text: str, /) -> Expr[bool]:
        """Whether it is this text, but for the case of letters."""
        return self._condition(predicates.equal_ignoring_case(self, text))

    def regex(self: TextLookups[str | None], pattern: str, /) -> Expr[bool]:
        """Whether a POSIX regular expression matches somewhere in it."""
        return self._condition(predicates.matches(self, _MATCHES, pattern))

    def iregex(self: TextLookups[str | None], pattern: str, /) -> Expr[bool]:
        """As ``regex``, and the case of letters does not matter."""
        return self._condition(predicates.matches(self, _MATCHES_IGNORING_CASE, pattern))
