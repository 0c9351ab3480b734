"""Classes, modules and attributes for a whole catalog: each name is unique where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ferrule_codegen.naming import reserved
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import (
    ascii_module,
    camel_case,
    singular_words,
    snake_case,
    words_of,
)
from ferrule_core.catalog import Catalog, Composite, Enum, QualifiedName, Relation
from ferrule_core.deferred import dataclass
from ferrule_core.errors import GenerationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The Python names of a catalog.

    Attributes:
        classes: Of each table, view, enum and composite type.
        modules: Of each table and view: its file's name without ``.py``, plain ASCII.
        attributes: Of each table's and view's columns, and composite type's attributes, by name.
        members: Of each enum's labels, by label.
    """

    classes: Mapping[QualifiedName, str]
    modules: Mapping[QualifiedName, str]
    attributes: Mapping[QualifiedName, Mapping[str, str]]
    members: Mapping[QualifiedName, Mapping[str, str]]


def assign_names(catalog: Catalog, wishes: Mapping[str, str]) -> Names:
    """Name everything of ``catalog``; ``wishes`` has what was decided before.

    The user decides, or the last pull did. Keys of ``wishes`` are ``schema.table``,
    ``schema.table.column``, ``schema.enum``, ``schema.enum.label``, ``schema.composite`` and
    ``schema.composite.attribute``. What they name is named first, so that a new table never takes
    the name of an old one. For the rest: tables before views before enums before composites, schema
    ``public`` before others, each by name; columns in their order.

    Raises:
        GenerationError: A wish is no Python identifier, is reserved, or is wished for twice.
    """
    named = _named(catalog)
    named.sort(key=lambda item: (wish_key(item.name) not in wishes, *_priority(item)))
    classes = _classes([item.name for item in named], wishes)
    relations = [item for item in named if not isinstance(item, Enum | Composite)]
    return Names(
        classes=classes,
        modules=_modules([relation.name for relation in relations], classes),
        attributes={
            **{relation.name: _attributes(relation, wishes) for relation in relations},
            **{one.name: _fields(one, wishes) for one in catalog.composites},
        },
        members={enum.name: _members(enum, wishes) for enum in catalog.enums},
    )


def keep_names(
    catalog: Catalog, kept: Mapping[str, str], wishes: Mapping[str, str]
) -> dict[str, str]:
    """The wishes of the user, and what was given at the last pull as far as it still holds."""
    named = _named(catalog)
    space = Namespace(reserved.CLASSES, reserved.CLASS_ENDINGS)
    keys = [wish_key(item.name) for item in named]
    for key in keys:
        if key in wishes:
            space.take_wish(key, wishes[key])
    still = {
        key: kept[key]
        for key in keys
        if key in kept and key not in wishes and space.take(kept[key]) == kept[key]
    }
    return still | dict(wishes)


def unused_wishes(catalog: Catalog, wishes: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of wishes for what the schemas of ``catalog`` do not have: most likely misspelt."""
    known: set[str] = set()
    for relation in catalog.relations.values():
        known.add(wish_key(relation.name))
        known |= {wish_key(relation.name, column.name) for column in relation.columns}
    for table in catalog.tables:
        for key in table.foreign_keys:
            known |= {wish_key(table.name, key.name), wish_key(table.name, f"{key.name}.inverse")}
    for enum in catalog.enums:
        known.add(wish_key(enum.name))
        known |= {wish_key(enum.name, label) for label in enum.labels}
    for composite in catalog.composites:
        known.add(wish_key(composite.name))
        known |= {wish_key(composite.name, part.name) for part in composite.attributes}
    schemas = tuple(f"{schema.name}." for schema in catalog.schemas)
    return tuple(sorted(key for key in wishes if key not in known and key.startswith(schemas)))


def wish_key(name: QualifiedName, part: str | None = None) -> str:
    """How settings spell an object, or a part of it: ``shop.book``, ``shop.book.class``."""
    return f"{name.schema}.{name.name}" + ("" if part is None else f".{part}")


def _named(catalog: Catalog) -> list[Relation | Enum | Composite]:
    """All that becomes a class."""
    return [*catalog.relations.values(), *catalog.enums, *catalog.composites]


def _priority(item: Relation | Enum | Composite) -> tuple[int, bool, QualifiedName]:
    kinds = {"Table": 0, "View": 1, "MaterializedView": 2, "Enum": 3, "Composite": 4}
    return kinds[type(item).__name__], item.name.schema != "public", item.name


def _classes(names: Iterable[QualifiedName], wishes: Mapping[str, str]) -> dict[QualifiedName, str]:
    space = Namespace(reserved.CLASSES, reserved.CLASS_ENDINGS)
    chosen: dict[QualifiedName, str] = {}
    for name in names:
        wish = wishes.get(wish_key(name))
        if wish is not None and wish[:1].islower():
            raise GenerationError(
                f'the name "{wish}" for "{wish_key(name)}" begins with a small letter',
                hint="a class of that name and its module could not be told apart",
            )
        chosen[name] = (
            space.take(*_class_candidates(name))
            if wish is None
            else space.take_wish(wish_key(name), wish)
        )
    return chosen


def _class_candidates(name: QualifiedName) -> Iterator[str]:
    words = words_of(name.name)
    yield camel_case(singular_words(words), prefix="Table")
    yield camel_case(words, prefix="Table")
    yield camel_case([*words_of(name.schema), *singular_words(words)], prefix="Schema")


def _modules(
    names: Iterable[QualifiedName], classes: Mapping[QualifiedName, str]
) -> dict[QualifiedName, str]:
    space = Namespace(reserved.MODULES)
    return {name: space.take(ascii_module(words_of(classes[name]))) for name in names}


def _attributes(relation: Relation, wishes: Mapping[str, str]) -> dict[str, str]:
    columns = [column.name for column in relation.columns]
    space = Namespace(reserved.ATTRIBUTES)
    return _parts(relation.name, columns, wishes, space, _attribute_name)


def _fields(composite: Composite, wishes: Mapping[str, str]) -> dict[str, str]:
    parts = [part.name for part in composite.attributes]
    return _parts(composite.name, parts, wishes, Namespace(reserved.ATTRIBUTES), _attribute_name)


def _attribute_name(column: str) -> str:
    return snake_case(words_of(column), prefix="column")


def _members(enum: Enum, wishes: Mapping[str, str]) -> dict[str, str]:
    space = Namespace(reserved.ENUM_MEMBERS)
    return _parts(enum.name, enum.labels, wishes, space, _member_name)


def _member_name(label: str) -> str:
    if not label:
        return "EMPTY"
    return snake_case([word.upper() for word in words_of(label)], prefix="VALUE")


def _parts(
    owner: QualifiedName,
    parts: Iterable[str],
    wishes: Mapping[str, str],
    space: Namespace,
    first_choice: Callable[[str], str],
) -> dict[str, str]:
    """Names of the parts of one object: wishes first, then each in its order."""
    ordered = list(parts)
    keys = {part: wish_key(owner, part) for part in ordered}
    chosen = {
        part: space.take_wish(keys[part], wishes[keys[part]])
        for part in ordered
        if keys[part] in wishes
    }
    for part in ordered:
        if part not in chosen:
            chosen[part] = space.take(first_choice(part))
    return {part: chosen[part] for part in ordered}
