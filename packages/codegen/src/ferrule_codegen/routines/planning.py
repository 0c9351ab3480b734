"""Which functions of Python call stored functions and procedures, and their names. Pure.

Those that share a name are overloads of one function, as far as a checker can tell their arguments
apart. The others get a function of their own, named after the types of their arguments too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ferrule_codegen.annotations import TypeBook
from ferrule_codegen.naming import reserved
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import snake_case, words_of
from ferrule_codegen.routines.reading import (
    TAKEN,
    Overload,
    RoutineReader,
    Taken,
    is_callable,
)
from ferrule_core.catalog import Catalog, QualifiedName, Routine
from ferrule_core.deferred import dataclass

_ALIKE = (frozenset(("bool", "int", "float")), frozenset(("date", "datetime")))
"""Types of which a checker takes one for another."""

_LATER = ("int", "date", "bool", "float", "datetime", "object")

_MODULE = reserved.KEYWORDS | {"annotations"}
"""Names that the module of functions has itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionPlan:
    """One function of Python.

    Attributes:
        key: How settings spell it: ``shop.search_books()``.
        overloads: What it calls; several where the name is overloaded.
    """

    key: str
    name: str
    overloads: tuple[Overload, ...]

    @property
    def told_apart(self) -> list[Overload]:
        """The overloads that a checker tells apart."""
        return list({one.alike: one for one in reversed(self.overloads)}.values())[::-1]


def plan_functions(
    catalog: Catalog,
    types: TypeBook,
    classes: Mapping[QualifiedName, str],
    wishes: Mapping[str, str],
) -> tuple[FunctionPlan, ...]:
    """The functions of the package, in order of name.

    Raises:
        GenerationError: A wish is no name for a function, or is wished for twice.
    """
    callable_ones = sorted(
        (one for one in catalog.routines if is_callable(one)),
        key=lambda one: (one.name.schema != "public", one.name),
    )
    rows = Namespace(reserved.CLASSES | set(classes.values()))
    reader = RoutineReader(catalog, types, rows)
    drafts = [
        draft
        for _, group in groupby(callable_ones, key=lambda one: one.name)
        for draft in _split([reader.overload(one) for one in group])
    ]
    names = _names(drafts, wishes, classes)
    plans = [
        FunctionPlan(key=key, name=names[key], overloads=tuple(overloads))
        for key, overloads in drafts
    ]
    return tuple(sorted(plans, key=lambda plan: plan.name))


def function_keys(catalog: Catalog) -> set[str]:
    """All keys that functions may have: with their types, and without."""
    return {
        key
        for one in catalog.routines
        for key in (_key(one.name), f"{_spelt(one.name)}{one.signature}")
    }


def keep_function_names(
    catalog: Catalog, kept: Mapping[str, str], wishes: Mapping[str, str]
) -> dict[str, str]:
    """What was given to functions at the last pull, as far as it still holds."""
    keys = function_keys(catalog)
    wished = {wishes[key] for key in keys if key in wishes}
    return {
        key: kept[key]
        for key in sorted(keys)
        if key in kept and key not in wishes and kept[key] not in wished
    }


_Draft = tuple[str, list[Overload]]


def _split(overloads: Sequence[Overload]) -> list[_Draft]:
    """Those of one name: the ones that can be told apart as one function, the rest by itself."""
    first, *rest = sorted(overloads, key=_commonness)
    together = [first]
    alone: list[Overload] = []
    for one in rest:
        if all(one.alike == other.alike or _apart(one, other) for other in together):
            together.append(one)
        else:
            alone.append(one)
    name = first.routine.name
    return [
        (_key(name), together),
        *((f"{_spelt(name)}{one.routine.signature}", [one]) for one in alone),
    ]


def _commonness(one: Overload) -> list[int]:
    """Of types that are alike, the one that a call means more often comes first."""
    return [_LATER.index(taken.said) if taken.said in _LATER else 0 for taken in one.taken]


def _apart(one: Overload, other: Overload) -> bool:
    """Whether no call can mean both."""
    needed, others = _required(one), _required(other)
    if len(needed) > _capacity(other) or len(others) > _capacity(one):
        return True
    pairs = zip(needed, others, strict=False)
    return any(_differ(a, b) for a, b in pairs)


def _required(one: Overload) -> list[Taken]:
    return [taken for taken in one.taken if not (taken.optional or taken.variadic)]


def _capacity(one: Overload) -> float:
    return float("inf") if any(taken.variadic for taken in one.taken) else len(one.taken)


def _differ(one: Taken, other: Taken) -> bool:
    kinds = {one.said, other.said}
    if len(kinds) == 1 or kinds & {"object", "JsonValue"}:
        return False
    if any(len(kinds & alike) > 1 for alike in _ALIKE):
        return False
    mine, theirs = (set(kind.split(" | ")) for kind in kinds)
    return not mine & theirs and len({kind.partition("[")[0] for kind in kinds}) > 1


def _names(
    drafts: Iterable[_Draft], wishes: Mapping[str, str], classes: Mapping[QualifiedName, str]
) -> dict[str, str]:
    space = Namespace(_MODULE | set(classes.values()))
    ordered = sorted(drafts, key=lambda draft: draft[0] not in wishes)
    chosen: dict[str, str] = {}
    for key, overloads in ordered:
        wish = wishes.get(key)
        if wish is not None:
            chosen[key] = space.take_wish(key, wish)
        else:
            chosen[key] = space.take(*_candidates(key, overloads[0].routine))
    return chosen


def _candidates(key: str, routine: Routine) -> Iterator[str]:
    words = words_of(routine.name.name)
    if not key.endswith("()"):
        types = [one.type for one in routine.arguments if one.mode in TAKEN]
        words = [*words, *(word for ref in types for word in words_of(str(ref)))]
    yield snake_case(words, prefix="function")
    yield snake_case([*words_of(routine.name.schema), *words], prefix="function")


def _key(name: QualifiedName) -> str:
    return f"{_spelt(name)}()"


def _spelt(name: QualifiedName) -> str:
    return f"{name.schema}.{name.name}"
