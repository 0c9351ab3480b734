"""Relations between models, and their names, from the foreign keys of a catalog. Pure.

The rules, each decided by the foreign key alone, so that a new one never renames another's
relation:

- A foreign key is named after its column without ``_id``: ``author_id`` gives ``author``. Where
  that is the column itself, or the key has several columns that differ, the table that it points to
  gives the name.
- The other end has the plural of the table: ``books``. Where the foreign key does not say the name
  of the table that it points to, it goes in front: ``editor_id`` to ``author`` gives
  ``edited_books``, ``billing_address_id`` gives ``billing_address_orders``; ``parent`` to the own
  table gives ``children``.
- A foreign key whose columns are unique has one row at the other end, and the singular there.
- A table whose primary key, or a unique constraint, is exactly two foreign keys joins their targets
  many-to-many: ``book_tag`` gives ``book.tags`` and ``tag.books``. Where it has further columns, it
  is a relation of its own too.

A name that is taken by a column or an earlier relation is tried in longer forms, then numbered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from ferrule_codegen.naming import reserved
from ferrule_codegen.naming.assign import Names, wish_key
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import plural_words, singular_words, snake_case, words_of
from ferrule_core.catalog import Catalog, ForeignKey, QualifiedName, Table
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key, as an attribute of the model that has its columns."""

    attribute: str
    constraint: ForeignKey
    nullable: bool
    unique: bool

    @property
    def target(self) -> QualifiedName:
        """The table that it points to."""
        return self.constraint.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverse:
    """The other end of ``reference``, which is an attribute of ``source``."""

    attribute: str
    source: QualifiedName
    reference: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """Many rows of ``far.target``, through a table ``junction`` whose ``near`` key points here.

    ``ambiguous`` where the junction has further foreign keys to either end.
    """

    attribute: str
    junction: QualifiedName
    near: Reference
    far: Reference
    ambiguous: bool

    @property
    def target(self) -> QualifiedName:
        """The table at the other end."""
        return self.far.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """The relations of one table, in the order in which a model lists them."""

    references: tuple[Reference, ...] = ()
    inverses: tuple[Inverse, ...] = ()
    throughs: tuple[Through, ...] = ()


PARTICIPLES: Mapping[str, str] = {
    "approver": "approved",
    "assignee": "assigned",
    "author": "authored",
    "buyer": "bought",
    "creator": "created",
    "deleter": "deleted",
    "director": "directed",
    "editor": "edited",
    "inviter": "invited",
    "leader": "led",
    "maintainer": "maintained",
    "manager": "managed",
    "moderator": "moderated",
    "modifier": "modified",
    "organizer": "organized",
    "owner": "owned",
    "publisher": "published",
    "receiver": "received",
    "recipient": "received",
    "reporter": "reported",
    "requester": "requested",
    "reviewer": "reviewed",
    "seller": "sold",
    "sender": "sent",
    "submitter": "submitted",
    "supervisor": "supervised",
    "teacher": "taught",
    "translator": "translated",
    "updater": "updated",
    "uploader": "uploaded",
    "writer": "written",
}
"""What someone did, by what the foreign key calls them: ``editor`` gives ``edited_books``."""


def infer_relations(
    catalog: Catalog, names: Names, wishes: Mapping[str, str]
) -> Mapping[QualifiedName, Relations]:
    """The relations of each table whose both ends are in ``catalog``.

    ``wishes`` may name a foreign key by its constraint, ``schema.table.constraint``, and its other
    end by the same with ``.inverse`` behind it.
    """
    spaces = {table.name: _column_space(names.attributes[table.name]) for table in catalog.tables}
    incumbents_first = sorted(
        catalog.tables, key=lambda table: (wish_key(table.name) not in wishes, table.name)
    )
    references = {
        table.name: tuple(_references(table, spaces, wishes)) for table in incumbents_first
    }
    found: dict[QualifiedName, tuple[list[Inverse], list[Through]]] = {
        table.name: ([], []) for table in catalog.tables
    }
    primary_keys = {
        table.name: frozenset(table.primary_key.columns if table.primary_key else ())
        for table in catalog.tables
    }
    for table in incumbents_first:
        for inverse in _inverses(table, references[table.name], spaces, wishes):
            found[inverse.reference.target][0].append(inverse)
    for table in incumbents_first:
        for through in _throughs(table, references[table.name], spaces, primary_keys):
            found[through.near.target][1].append(through)
    return {
        name: Relations(
            references=references[name],
            inverses=tuple(sorted(inverses, key=lambda i: i.attribute)),
            throughs=tuple(sorted(throughs, key=lambda t: t.attribute)),
        )
        for name, (inverses, throughs) in found.items()
    }


def is_pure_junction(table: Table, references: tuple[Reference, ...]) -> bool:
    """Whether a table says nothing but which rows of two others belong together."""
    pairs = list(_junction_pairs(table, references))
    covered = {column for pair in pairs for key in pair for column in key.constraint.columns}
    return (
        bool(pairs) and len(pairs) == len(references) and covered == {c.name for c in table.columns}
    )


def _column_space(attributes: Mapping[str, str]) -> Namespace:
    space = Namespace(reserved.ATTRIBUTES)
    for attribute in attributes.values():
        space.take(attribute)
    return space


def _references(
    table: Table, spaces: Mapping[QualifiedName, Namespace], wishes: Mapping[str, str]
) -> Iterator[Reference]:
    nullable = {column.name for column in table.columns if column.nullable}
    order = {column.name: position for position, column in enumerate(table.columns)}
    seen: set[tuple[tuple[str, ...], QualifiedName]] = set()
    for key in sorted(table.foreign_keys, key=lambda k: ([order[c] for c in k.columns], k.name)):
        if key.target not in spaces or (key.columns, key.target) in seen:
            continue
        seen.add((key.columns, key.target))
        wish = wishes.get(wish_key(table.name, key.name))
        space = spaces[table.name]
        yield Reference(
            attribute=space.take(*_reference_candidates(key))
            if wish is None
            else space.take_wish(wish_key(table.name, key.name), wish),
            constraint=key,
            nullable=any(column in nullable for column in key.columns),
            unique=_is_unique(table, key.columns),
        )


def _reference_candidates(key: ForeignKey) -> Iterator[str]:
    target = singular_words(words_of(key.target.name))
    own = [c for c, t in zip(key.columns, key.target_columns, strict=True) if c != t]
    columns = own or list(key.columns)
    if len(columns) == 1:
        position = key.columns.index(columns[0])
        stem = _stem(columns[0], key.target_columns[position], target)
        if stem is not None:
            yield snake_case(stem, prefix="to")
        said = stem or words_of(columns[0])
        if target[: len(said)] == said:
            yield snake_case(target, prefix="to")
        if said[-len(target) :] != target:
            yield snake_case([*said, *target], prefix="to")
        yield snake_case([*said, "row"], prefix="to")
        return
    yield snake_case(target, prefix="to")
    joined = [word for column in columns for word in words_of(column)]
    yield snake_case([*target, "by", *joined], prefix="to")


def _stem(column: str, target_column: str, target: list[str]) -> list[str] | None:
    """What a foreign key's column says without its ending; ``None`` where it shows none."""
    words, ending = words_of(column), words_of(target_column)
    if words == ending:
        return target
    if len(words) > 1 and words[-1] in ("id", "fk", "ref"):
        return words[:-1]
    if len(words) > 1 and words[0] in ("id", "fk"):
        return words[1:]
    if len(words) > len(ending) and words[-len(ending) :] == ending:
        return words[: -len(ending)]
    if "".join(words) in ("".join(target) + "id", "".join(target) + "".join(ending)):
        return target
    return None


def _is_unique(table: Table, columns: tuple[str, ...]) -> bool:
    keys = [unique.columns for unique in table.uniques]
    if table.primary_key is not None:
        keys.append(table.primary_key.columns)
    keys.extend(
        tuple(element.column or "" for element in index.elements)
        for index in table.indexes
        if index.unique and index.predicate is None
    )
    return any(set(key) <= set(columns) for key in keys)


def _inverses(
    table: Table,
    references: tuple[Reference, ...],
    spaces: Mapping[QualifiedName, Namespace],
    wishes: Mapping[str, str],
) -> Iterator[Inverse]:
    if is_pure_junction(table, references):
        return
    for reference in references:
        space = spaces[reference.target]
        key = wish_key(table.name, f"{reference.constraint.name}.inverse")
        wish = wishes.get(key)
        attribute = (
            space.take(*_inverse_candidates(table.name, reference))
            if wish is None
            else space.take_wish(key, wish)
        )
        yield Inverse(attribute=attribute, source=table.name, reference=reference)


def _inverse_candidates(source: QualifiedName, reference: Reference) -> Iterator[str]:
    words = words_of(source.name)
    rows = singular_words(words) if reference.unique else plural_words(words)
    said = words_of(reference.attribute)
    target = singular_words(words_of(reference.target.name))
    if reference.target == source and said == ["parent"]:
        yield "child" if reference.unique else "children"
    elif reference.target != source and target[-len(said) :] == said:
        yield snake_case(rows, prefix="of")
    if said[-1] == "by" and len(said) > 1:
        yield snake_case([*said[:-1], *rows], prefix="of")
    elif len(said) == 1 and said[0] in PARTICIPLES:
        yield snake_case([PARTICIPLES[said[0]], *rows], prefix="of")
    yield snake_case([*said, *rows], prefix="of")
    yield snake_case([*words_of(source.schema), *said, *rows], prefix="of")


def _junction_pairs(
    table: Table, references: tuple[Reference, ...]
) -> Iterator[tuple[Reference, Reference]]:
    keys = {frozenset(unique.columns) for unique in table.uniques}
    if table.primary_key is not None:
        keys.add(frozenset(table.primary_key.columns))
    for near, far in permutations(references, 2):
        both = frozenset(near.constraint.columns) | frozenset(far.constraint.columns)
        if both in keys and not near.unique and not far.unique:
            yield near, far


def _throughs(
    table: Table,
    references: tuple[Reference, ...],
    spaces: Mapping[QualifiedName, Namespace],
    primary_keys: Mapping[QualifiedName, frozenset[str]],
) -> Iterator[Through]:
    junction = singular_words(words_of(table.name.name))
    ends = [reference.target for reference in references]
    for near, far in _junction_pairs(table, references):
        ambiguous = ends.count(near.target) != 1 or ends.count(far.target) != 1
        if ambiguous and not all(_has_key(key, primary_keys) for key in (near, far)):
            continue
        many = plural_words(words_of(far.attribute))
        attribute = spaces[near.target].take(
            snake_case(many, prefix="to"), snake_case([*junction, *many], prefix="to")
        )
        yield Through(
            attribute=attribute, junction=table.name, near=near, far=far, ambiguous=ambiguous
        )


def _has_key(reference: Reference, primary_keys: Mapping[QualifiedName, frozenset[str]]) -> bool:
    """Whether a foreign key leads to the primary key, or to more columns than that."""
    key = primary_keys[reference.target]
    return bool(key) and key <= set(reference.constraint.target_columns)
