"""Constructors: one function for each model, made when its first instance is."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.relations import ForeignKeyOptions
from ferrule_core.mapping.values import own_copy

if TYPE_CHECKING:
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable


def make_constructor(table: ModelTable) -> Callable[..., None]:
    """Write ``__init__`` for a model: keyword-only, one parameter for each column.

    The source is made of attribute names that the class body has already shown to be identifiers,
    and that cannot begin with two underscores as its own names do; all else is a constant that the
    function closes over.
    """
    constants: dict[str, object] = {"__missing": MISSING, "__lacks": _lacks, "__settle": _settle}
    parameters: list[str] = []
    lines: list[str] = []
    for number, column in enumerate(table.columns.values()):
        if column.options.generated is not None:
            continue
        name = column.attribute
        parameters.append(f"{name}=__missing")
        lines += [f"if {name} is not __missing:", f"    __self.{name} = {name}"]
        default = _default(column, number, constants)
        if default:
            lines += ["else:", f"    __self.{name} = {default}"]
        elif not column.options.filled_by_server:
            lines += ["elif not __rest:", "    __lacks(__self, locals())"]
    signature = ", ".join(["__self", *(["*"] if parameters else []), *parameters, "**__rest"])
    body = "\n".join([*lines, "if __rest:", "    __settle(__self, __rest)"])
    source = (
        f"def make({', '.join(constants)}):\n"
        f"    def __init__({signature}):\n{textwrap.indent(body, ' ' * 8)}\n"
        "    return __init__\n"
    )
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - the docstring says why nothing can get in
    constructor: Callable[..., None] = names["make"](**constants)
    constructor.__qualname__ = f"{table.qualified_name}.__init__"
    return constructor


def _default(column: ModelColumn, number: int, constants: dict[str, object]) -> str:
    """The source that gives a column its default; empty where Python has none for it."""
    options = column.options
    if options.default_factory is not None:
        constants[f"__factory_{number}"] = options.default_factory
        return f"__factory_{number}()"
    if options.default is MISSING:
        return ""
    constants[f"__default_{number}"] = options.default
    if type(options.default).__hash__ is not None:
        return f"__default_{number}"
    constants["__own_copy"] = own_copy
    return f"__own_copy(__default_{number})"


def _lacks(instance: Mapped, given: Mapping[str, object]) -> None:
    """Say all that is wrong with what was given for an instance, beside that something lacks."""
    from ferrule_core.mapping.validation import failure, problems_of  # rarely needed

    columns = type(instance).__table__.columns
    for attribute, column in columns.items():
        value = given.get(attribute, MISSING)
        if value is not MISSING:
            setattr(instance, column.attribute, value)
    raise failure(type(instance).__table__, problems_of(instance, columns.values()))


def _settle(instance: Mapped, rest: Mapping[str, object]) -> None:
    """Take what is no column: related instances; refuse what is neither."""
    table = type(instance).__table__
    for attribute, value in rest.items():
        relation = table.relations.get(attribute)
        if relation is not None and isinstance(relation.options, ForeignKeyOptions):
            _forget_defaults(instance, table.link(attribute).local)
            relate(instance, attribute, value)
        elif attribute in table.columns:
            raise ModelError(
                f'"{attribute}" of {table.model_name} is computed by the server',
                hint="leave it out; it is there after the instance was saved",
            )
        elif relation is not None:
            raise ModelError(
                f'"{attribute}" of {table.model_name} is the other end of a relation',
                hint="save this instance, and then those that refer to it",
            )
        else:
            raise table.path.unknown(attribute)
    for column in table.columns.values():
        if column.required and column.attribute not in vars(instance):
            _lacks(instance, {})


def _forget_defaults(instance: Mapped, columns: Sequence[ModelColumn]) -> None:
    """Let a related instance say what was not given: ``parent_id`` may be None by default."""
    values = vars(instance)
    for column in columns:
        if values.get(column.attribute, MISSING) is column.options.default is not MISSING:
            delattr(instance, column.attribute)


def relate(instance: Mapped, attribute: str, related: object) -> None:
    """Make an instance refer to another: set the columns of the foreign key, and the relation.

    Raises:
        ModelError: The other is of another model, was not saved yet, or the columns say otherwise.
    """
    link = type(instance).__table__.link(attribute)
    place = f"{type(instance).__name__}.{attribute}"
    if related is not None and not isinstance(related, link.target.model):
        raise ModelError(f"{place} needs an instance of {link.target.model_name}, not {related!r}")
    refuse_keyless(instance, link, related)
    for near, far in zip(link.local, link.remote, strict=True):
        value = None if related is None else vars(related)[far.attribute]
        if vars(instance).get(near.attribute, value) != value:
            raise ModelError(f'{place} and "{near.attribute}" refer to different rows')
        setattr(instance, near.attribute, value)
    setattr(instance, attribute, related)


def refuse_keyless(instance: Mapped, link: Link, related: object) -> None:
    """Refuse an instance that nothing can refer to yet.

    Raises:
        ModelError: It has no key.
    """
    if related is None:
        return
    values = vars(related)
    if any(values.get(far.attribute) is None for far in link.remote):
        raise ModelError(
            f"{type(instance).__name__}.{link.attribute} refers to an instance that has no key yet",
            hint="save that one first",
        )
