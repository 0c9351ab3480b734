"""What an object needs before it can be made: the names in its SQL text, and its types.

The server prints expressions and queries with schemas before all names where ``search_path`` is
empty, as introspection sets it. So names can be found in them without understanding the text. A
name too many does no harm: it is an order that was not needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.objects import Composite, Domain, Enum, MaterializedView, View
from ferrule_core.catalog.ranges import Collation, Range
from ferrule_core.catalog.routines import Aggregate, Routine
from ferrule_core.catalog.tables import Table
from ferrule_core.catalog.types import TypeRef
from ferrule_core.catalog.verbatim import Verbatim

_WORD = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_OPERATOR = r"[-+*/<>=~!@\#%^&|`?]+"
_NAMES = re.compile(
    rf"""
      (?P<literal> [eE]?'(?:[^'\\]|''|\\.)*' ) (?P<registered> ::reg\w+ )?
    | (?P<dollar> \$(?P<tag>\w*)\$ .*? \$(?P=tag)\$ )
    | (?P<schema> {_WORD} ) \. (?P<name> {_WORD} | {_OPERATOR} )
    | {_WORD}
    """,
    re.VERBOSE | re.DOTALL,
)


def names_in(text: str) -> Iterator[QualifiedName]:
    """The qualified names in SQL that the server printed; in ``'s.n'::regclass`` too.

    Operators are names as well: ``OPERATOR(shop.===)``.
    """
    for found in _NAMES.finditer(text):
        if found["schema"] is not None:
            yield QualifiedName(_bare(found["schema"]), _bare(found["name"]))
        elif found["registered"] is not None:
            yield from names_in(found["literal"].lstrip("eE")[1:-1].replace("''", "'"))


def _bare(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def needs_of_table(table: Table | ForeignTable) -> Iterator[QualifiedName]:
    """What must be there before the table with its keys: not what only its indexes need."""
    for column in table.columns:
        yield from _types([column.type])
        yield from _named(column.collation)
        if column.default is not None:
            yield from names_in(column.default)
        if column.generated is not None:
            yield from names_in(column.generated.expression)
    for check in table.checks:
        yield from names_in(check.expression)
    if table.partition_of is not None:
        yield table.partition_of.parent
    yield from table.inherits
    if isinstance(table, Table):
        yield from _named(table.of_type)
        if table.partitioning is not None:
            yield from names_in(table.partitioning.key)


def needs_of_domain(domain: Domain) -> Iterator[QualifiedName]:
    """What must be there before the domain."""
    yield from _types([domain.type])
    yield from _named(domain.collation)
    for text in (domain.default, *[check.expression for check in domain.checks]):
        if text is not None:
            yield from names_in(text)


def needs_of_composite(composite: Composite) -> Iterator[QualifiedName]:
    """What must be there before the composite type."""
    for attribute in composite.attributes:
        yield from _types([attribute.type])
        yield from _named(attribute.collation)


def needs_of_aggregate(aggregate: Aggregate) -> Iterator[QualifiedName]:
    """What must be there before the aggregate: types, and the functions that it is made of."""
    yield from names_in(aggregate.arguments)
    for _, value in aggregate.options:
        yield from names_in(value)


def needs_of_routine(routine: Routine) -> Iterator[QualifiedName]:
    """What must be there before a routine: types, and whatever a body that is parsed at once names.

    A body that is a string is not looked into: the server does not either, told so by
    ``check_function_bodies``.
    """
    yield from _types([argument.type for argument in routine.arguments])
    if routine.returns is not None:
        yield from _types([routine.returns])
    names = names_in(routine.definition)
    for name in names:
        if name == routine.name:
            break  # the head, which says what is made
        yield name
    yield from names


def needs_of_view(view: View | MaterializedView) -> Iterator[QualifiedName]:
    """What must be there before the view."""
    yield from _types([column.type for column in view.columns])
    yield from names_in(view.definition)


def needs_of_range(one: Range) -> Iterator[QualifiedName]:
    """What must be there before the range type."""
    yield from _types([one.subtype])
    for name in (one.operator_class, one.collation, one.canonical, one.difference):
        yield from _named(name)


def needs_of_verbatim(one: Verbatim) -> Iterator[QualifiedName]:
    """What the statements name."""
    for statement in one.statements:
        yield from names_in(statement)


def no_needs(_: Enum | Collation) -> Iterator[QualifiedName]:
    """Nothing."""
    return iter(())


def _named(name: QualifiedName | None) -> Iterator[QualifiedName]:
    if name is not None:
        yield name


def _types(types: list[TypeRef]) -> Iterator[QualifiedName]:
    return (one.qualified for one in types if not one.builtin)
