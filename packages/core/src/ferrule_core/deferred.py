"""``dataclass`` whose methods are written when they are first used.

A program uses few of the dataclasses that it imports, and ``dataclasses`` compiles six functions
for each: that was a quarter of all that a program did before its first query.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields, is_dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn, cast

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - as which checkers know it

__all__ = ["dataclass"]

_ALWAYS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")

_lock = RLock()
"""One thread writes at a time; a class needs those that it inherits from."""


class _LeftOut:
    """What is passed where a field is to be made; signatures show it."""

    def __repr__(self) -> str:
        return "<factory>"


_LEFT_OUT = _LeftOut()


class _Pending:
    """Stands in a class for what ``dataclasses`` would write, until somebody asks for it."""

    __slots__ = ("_made", "_name")

    def __init__(self, name: str, made: Callable[[str], object]) -> None:
        self._name = name
        self._made = made

    def __get__(self, one: object, kind: type | None = None) -> Any:  # noqa: ANN401 - anything
        with _lock:
            made: Any = self._made(self._name)
        return made.__get__(one, kind) if hasattr(made, "__get__") else made


def _deferred(
    *,
    slots: bool = False,
    frozen: bool = False,
    eq: bool = True,
    order: bool = False,
    kw_only: bool = False,
) -> Callable[[type], type]:
    """What ``dataclasses.dataclass`` makes, but later; a wrong class is refused later, too.

    Of its arguments these are there; ``slots`` must be true: what has a ``__dict__`` gains little.
    """
    if not slots:
        raise TypeError("a deferred dataclass has slots")
    options = {"frozen": frozen, "eq": eq, "order": order, "kw_only": kw_only}

    def decorate(written: type) -> type:
        pending = [*_pending(vars(written), frozen=frozen, eq=eq), *(_ORDER if order else ())]

        def made(name: str) -> object:
            """Write what is asked for, unless another thread has."""
            if isinstance(vars(kind)[name], _Pending):
                alone = not any(map(is_dataclass, written.__mro__[1:]))
                if alone and name == "__init__":
                    setattr(kind, name, _constructor(written, frozen=frozen, kw_only=kw_only))
                elif alone and name == "__dataclass_fields__":
                    setattr(kind, name, _fields_alone(written, kw_only=kw_only))
                else:
                    _complete(kind, written, pending, options)
            return vars(kind)[name]

        attributes: dict[str, Any] = {name: _Pending(name, made) for name in pending}
        if eq and not frozen and "__hash__" not in vars(written):
            attributes["__hash__"] = None
        kind = _with_slots(written, {**(_FROZEN if frozen else {}), **attributes})
        return kind

    return decorate


def _pending(own: Mapping[str, Any], *, frozen: bool, eq: bool) -> list[str]:
    """What ``dataclasses`` will write into a class that has these attributes."""
    names = [*_ALWAYS, *(name for name in ("__init__", "__repr__") if name not in own)]
    if hasattr(dataclasses, "_replace"):  # since Python 3.13
        names.append("__replace__")
    if eq and "__eq__" not in own:
        names.append("__eq__")
    explicit = "__hash__" in own and (own["__hash__"] is not None or "__eq__" not in own)
    if eq and frozen and not explicit:
        names.append("__hash__")
    return names


def _fields_alone(written: type, *, kw_only: bool) -> dict[str, Field[Any]]:
    """What ``fields`` and ``replace`` ask for, without methods, which they do not need."""
    defaults = {
        name: vars(written)[name] for name in _field_names(written) if name in vars(written)
    }
    body = {
        "__annotations__": written.__annotations__,
        "__module__": written.__module__,
        **defaults,
    }
    copied: Any = type(written.__name__, (), body)
    make: Any = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)
    found: dict[str, Field[Any]] = make(copied).__dataclass_fields__
    return found


def _complete(
    kind: type, written: type, pending: Sequence[str], options: Mapping[str, bool]
) -> None:
    """Have ``dataclasses`` write the class as it was, and take from it what is missing."""
    written.__doc__ = written.__doc__ or written.__name__  # or it works out a signature for it
    make: Any = dataclasses.dataclass(**options)
    made = vars(cast("type", make(written)))
    for name in pending:
        if isinstance(vars(kind)[name], _Pending):
            setattr(kind, name, made[name])


def _with_slots(written: type, attributes: Mapping[str, Any]) -> type:
    """The class once more, with slots for its fields."""
    names = _field_names(written)
    inherited = {slot for base in written.__mro__[1:] for slot in vars(base).get("__slots__", ())}
    replaced = {*names, "__dict__", "__weakref__"}
    body = {name: part for name, part in vars(written).items() if name not in replaced}
    body |= {**attributes, "__slots__": tuple(name for name in names if name not in inherited)}
    kind: type = type(written)(written.__name__, written.__bases__, body)
    kind.__qualname__ = written.__qualname__
    return kind


def _field_names(written: type) -> list[str]:
    """What the class itself annotates, but no variables of classes; annotations are text."""
    return [
        name
        for name, annotation in written.__annotations__.items()
        if not str(annotation).startswith(("ClassVar", "typing.ClassVar"))
    ]


def _constructor(written: type, *, frozen: bool, kw_only: bool) -> Callable[..., None]:
    """Write ``__init__`` as ``dataclasses`` does, for a class that inherits no fields."""
    assign = "set_field(self, {!r}, {})" if frozen else "self.{} = {}"
    scope: dict[str, Any] = {"set_field": object.__setattr__, "LEFT_OUT": _LEFT_OUT}
    ordered, named, lines, kinds = ["self"], ["*"], ["pass"], {}
    for name in _field_names(written):
        part: Any = vars(written).get(name, MISSING)
        one = cast("Field[Any]", part if isinstance(part, Field) else field(default=part))
        parameter, value = _parameter(name, one, scope)
        if one.init:
            by_name = kw_only if one.kw_only is MISSING else one.kw_only
            (named if by_name else ordered).append(parameter)
            kinds[name] = written.__annotations__[name]
        if value:
            lines.append(assign.format(name, value))
    if hasattr(written, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join(ordered + named if len(named) > 1 else ordered)
    code = f"def __init__({parameters}):\n " + "\n ".join(lines)
    exec(code, scope)  # noqa: S102 - the names are those of the fields, which are ours
    made: Any = scope["__init__"]
    made.__qualname__, made.__module__ = f"{written.__qualname__}.__init__", written.__module__
    made.__annotations__ = {**kinds, "return": None}
    return cast("Callable[..., None]", made)


def _parameter(name: str, one: Field[Any], scope: dict[str, Any]) -> tuple[str, str]:
    """What stands for a field among the parameters, and what it is set to, if to anything."""
    given, made = f"default_{name}", f"make_{name}"
    if one.default is not MISSING:
        scope[given] = one.default
        return f"{name}={given}", name if one.init else given
    if one.default_factory is not MISSING:
        scope[made] = one.default_factory
        return f"{name}=LEFT_OUT", (
            f"{made}() if {name} is LEFT_OUT else {name}" if one.init else f"{made}()"
        )
    return name, name if one.init else ""


def _refuse_setting(_one: object, name: str, _to: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(_one: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(one: Any) -> list[object]:  # noqa: ANN401 - of any dataclass
    return [getattr(one, part.name) for part in fields(one)]


def _set_state(one: Any, state: Sequence[object]) -> None:  # noqa: ANN401 - of any dataclass
    for part, value in zip(fields(one), state, strict=True):
        object.__setattr__(one, part.name, value)


_FROZEN: Mapping[str, Any] = {
    "__setattr__": _refuse_setting,
    "__delattr__": _refuse_deleting,
    "__getstate__": _state,
    "__setstate__": _set_state,
}
"""What frozen classes have; without the last two they could be neither copied nor pickled."""

if not TYPE_CHECKING:
    dataclass = _deferred
