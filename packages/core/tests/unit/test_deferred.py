"""Dataclasses whose methods are written later are what ``dataclasses`` would have made at once."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar, cast

import pytest

from ferrule_core.deferred import dataclass


class Plain:
    """All that a field can be."""

    LIMIT: ClassVar[int] = 3
    name: str
    size: int = 1
    tags: list[str] = field(default_factory=list)
    hidden: int = field(default=7, repr=False, compare=False)
    count: int = field(default=0, init=False)
    parts: list[int] = field(default_factory=list, init=False)

    def twice(self) -> int:
        return 2 * self.size


OPTIONS: list[dict[str, bool]] = [
    {},
    {"frozen": True},
    {"kw_only": True},
    {"eq": False},
    {"order": True},
    {"frozen": True, "kw_only": True},
    {"frozen": True, "eq": False},
]


def both(written: type, options: dict[str, bool]) -> tuple[Any, Any]:
    deferred, at_once = cast("Any", dataclass), cast("Any", dataclasses.dataclass)
    return (
        deferred(slots=True, **options)(again(written)),
        at_once(slots=True, **options)(again(written)),
    )


def again(written: type) -> type:
    body = {
        k: copy.copy(v) for k, v in vars(written).items() if k not in ("__dict__", "__weakref__")
    }
    return type(written.__name__, written.__bases__, body)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_instances_are_those_of_dataclasses(options: dict[str, bool]):
    ours, theirs = both(Plain, options)

    for given in ({"name": "a"}, {"name": "b", "size": 2, "tags": ["x"], "hidden": 1}):
        one, other = ours(**given), theirs(**given)
        assert dataclasses.asdict(one) == dataclasses.asdict(other)
        assert repr(one) == repr(other) or options.get("eq") is False
        assert one.twice() == other.twice()
        assert not hasattr(one, "__dict__")
    assert (ours(name="a") == ours(name="a", hidden=2)) == (
        theirs(name="a") == theirs(name="a", hidden=2)
    )
    assert (ours(name="a") != ours(name="b")) is True
    if options.get("order"):
        assert min(ours(name="b"), ours(name="a")) == ours(name="a")
    assert ours.LIMIT == theirs.LIMIT == 3
    assert ours(name="a").tags is not ours(name="a").tags


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_classes_say_of_themselves_what_dataclasses_would(options: dict[str, bool]):
    ours, theirs = both(Plain, options)

    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    ours, _ = both(Plain, options)
    assert ours.__match_args__ == theirs.__match_args__
    assert [one.name for one in dataclasses.fields(ours)] == [
        one.name for one in dataclasses.fields(theirs)
    ]
    assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    assert ours.__slots__ == theirs.__slots__
    assert ours.__init__.__qualname__ == theirs.__init__.__qualname__
    assert ours.__init__.__annotations__ == theirs.__init__.__annotations__


@pytest.mark.parametrize("given", [{}, {"name": 1, "other": 2}, {"name": 1, "count": 2}])
def test_wrong_arguments_are_refused_as_ever(given: dict[str, Any]):
    ours, theirs = both(Plain, {"kw_only": True})

    with pytest.raises(TypeError) as expected:
        theirs(**given)
    with pytest.raises(TypeError) as refused:
        ours(**given)
    assert str(refused.value) == str(expected.value)


class Pair:
    """Two numbers."""

    x: int
    y: int = 0


@dataclass(slots=True, frozen=True)
class Point:
    """Two numbers."""

    x: int
    y: int = 0


@dataclass(slots=True, frozen=True)
class Named(Point):
    """With a name, in a place that may not be left out."""

    y: int = 5
    name: str = "here"

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")


def test_a_frozen_instance_stays_as_it_is():
    point = Point(1)
    loose: Any = point

    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        loose.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del loose.x
    assert point == Point(1, 0)
    assert hash(point) == hash(Point(1))
    assert dataclasses.replace(point, y=4) == Point(1, 4)


@pytest.mark.parametrize("one", [Point(1, 2), Named(1, name="there")])
def test_an_instance_can_be_copied_and_pickled(one: Point):
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert copy.copy(one) == copy.deepcopy(one) == one


def test_a_class_inherits_fields_and_checks_them():
    assert Named(1) == Named(x=1, y=5, name="here")
    assert repr(Named(1)) == "Named(x=1, y=5, name='here')"
    assert Named(1) != Point(1, 5)
    with pytest.raises(ValueError, match="no name"):
        Named(1, name="")
    match Named(1, 2, "z"):
        case Named(x, y, name):
            assert (x, y, name) == (1, 2, "z")


def test_what_a_class_writes_itself_stays():
    @dataclass(slots=True)
    class Own:
        x: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 11

    assert repr(Own(1)) == "own"
    assert Own(1) == Own(2)
    assert hash(Own(1)) == 11


def test_an_overriding_constructor_reaches_the_one_that_is_written_later():
    @dataclass(slots=True)
    class Base:
        x: int

    class Derived(Base):
        def __init__(self) -> None:
            super().__init__(9)

    assert Derived().x == 9


def test_threads_that_make_the_first_instances_at_once_all_get_them():
    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            kind: Any = dataclass(slots=True, frozen=True)(again(Pair))
            ready = threading.Barrier(8)

            def make(kind: Any = kind, ready: threading.Barrier = ready) -> tuple[int, str]:
                ready.wait()
                return hash(kind(1)), repr(kind(2))

            made = [one.result() for one in [threads.submit(make) for _ in range(8)]]

            assert set(made) == {(hash(Point(1)), "Pair(x=2, y=0)")}


def test_nothing_is_compiled_before_it_is_used():
    class Untouched:
        x: int

    made = dataclass(slots=True)(Untouched)

    assert type(vars(made)["__init__"]).__name__ == "_Pending"
    made(1)
    assert inspect.isfunction(vars(made)["__init__"])
    assert type(vars(made)["__repr__"]).__name__ == "_Pending"


def test_a_class_without_slots_is_refused():
    with pytest.raises(TypeError, match="has slots"):
        dataclass()(Plain)
