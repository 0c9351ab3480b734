"""What a model's class says about its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError, nearest
from ferrule_core.mapping import links
from ferrule_core.mapping.constraints import PrimaryKeyConstraint
from ferrule_core.mapping.paths import Path
from ferrule_core.mapping.watch import watch_of
from ferrule_core.sql.nodes import TableRef

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.constraints import TableConstraint
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.indexes import TableIndex
    from ferrule_core.mapping.layouts import Layout
    from ferrule_core.mapping.links import Link, Relation
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.validators import Validator
    from ferrule_core.mapping.watch import Action, Handler, Phase, Watch


class ModelTable:
    """A model and its table: columns by attribute, relations, key.

    Relations are resolved when they are first used, so that modules may refer to each other.

    Attributes:
        name: Name of the table; empty for an abstract model, which has none.
        schema: ``None`` leaves it to the search path.
        database: Name of the database that it lives in; ``None`` for the default one.
        version: The column that counts the updates of a row, where there is one.
        deleted: The column that marks a row as deleted, and hides it, where there is one.
        plans: How queries of this model load their rows, kept by whoever plans them.
        layouts: Those of instances that were unpickled or copied with some columns only.
        handlers: The handlers of signals that are registered for this very class.
        validators: The methods that judge what is written, by their names.
        watch: All of both, with what the class inherits; ``None`` where there is nothing.
    """

    def __init__(  # noqa: PLR0913 - what a class statement says
        self,
        model: type[Mapped],
        *,
        name: str,
        schema: str | None,
        database: str | None,
        columns: Mapping[str, ModelColumn],
        relations: Mapping[str, Relation],
        comment: str | None = None,
        constraints: Sequence[TableConstraint] = (),
        indexes: Sequence[TableIndex] = (),
        validators: Mapping[str, Validator] | None = None,
    ) -> None:
        self.model = model
        self.name = name
        self.schema = schema
        self.database = database
        self.columns = dict(columns)
        self.relations = dict(relations)
        self.comment = comment
        self.constraints = tuple(constraints)
        self.indexes = tuple(indexes)
        self.primary_key = self._find_key()
        self.by_name = {column.name: column for column in self.columns.values()}
        self.path = Path(self)
        self.ref = TableRef(name, schema, self.path.alias) if name else None
        self.plans: dict[object, Any] = {}
        self.layouts: dict[tuple[str, ...], Layout] = {}
        self.version = self._find_version()
        self.deleted = self.columns.get(model.__deleted_at__ or "")
        self.handlers: list[tuple[Phase, Action, Handler]] = []
        self.validators = dict(validators or {})
        self.watch: Watch | None = watch_of(self)
        self._links: dict[str, Link] = {}

    def _find_key(self) -> tuple[ModelColumn, ...]:
        for constraint in self.constraints:
            if isinstance(constraint, PrimaryKeyConstraint):
                self._refuse_unknown(constraint.columns)
                return tuple(self.columns[attribute] for attribute in constraint.columns)
        return tuple(column for column in self.columns.values() if column.options.primary_key)

    def _find_version(self) -> ModelColumn | None:
        found = [column for column in self.columns.values() if column.options.version]
        if len(found) > 1:
            raise ModelError(f"{self.model_name} has {len(found)} version columns, and needs one")
        return found[0] if found else None

    def _refuse_unknown(self, attributes: Sequence[str]) -> None:
        for attribute in attributes:
            if attribute not in self.columns:
                raise ModelError(
                    f'a constraint of {self.model_name} names "{attribute}", which is no column',
                    hint=nearest(attribute, self.columns),
                )

    @property
    def model_name(self) -> str:
        """Name of the class."""
        return self.model.__name__

    @property
    def qualified_name(self) -> str:
        """Name of the class within its module."""
        return self.model.__qualname__

    @property
    def module(self) -> str:
        """Name of the module of the class."""
        return self.model.__module__

    @property
    def abstract(self) -> bool:
        """Whether there is no table, because the class is for others to inherit from."""
        return not self.name

    @property
    def extensions(self) -> list[ModelTable]:
        """The models that extend this one: subclasses that name no table of their own."""
        found: list[ModelTable] = []
        for subclass in self.model.__subclasses__():
            table = subclass.__table__
            if (table.schema, table.name) == (self.schema, self.name) and not self.abstract:
                found += table.extensions or [table]
        return found

    def link(self, attribute: str) -> Link:
        """A relation, resolved.

        Raises:
            ModelError: Its other end is not there, or does not fit.
        """
        found = self._links.get(attribute)
        if found is None:
            relation = self.relations.get(attribute)
            if relation is None:
                raise self.path.unknown(attribute)
            found = self._links.setdefault(attribute, links.resolve(self, relation))
        return found

    def source(self, alias: str) -> TableRef:
        """The table in a statement.

        Raises:
            ModelError: The model is abstract.
        """
        if self.ref is None:
            raise ModelError(
                f"{self.model_name} is abstract and has no table",
                hint="query a class that inherits from it",
            )
        return self.ref if alias == self.path.alias else TableRef(self.name, self.schema, alias)

    def key(self) -> tuple[ModelColumn, ...]:
        """The columns of the primary key.

        Raises:
            ModelError: There is none.
        """
        if not self.primary_key:
            raise ModelError(
                f"{self.model_name} has no primary key",
                hint="declare one by column(primary_key=True), or update and delete by filter()",
            )
        return self.primary_key

    @cached_property
    def guard(self) -> tuple[ModelColumn, ...]:
        """What a row is found by when an instance is written: its key, and its version.

        Raises:
            ModelError: There is no key.
        """
        return self.key() if self.version is None else (*self.key(), self.version)

    @cached_property
    def visible(self) -> tuple[Expr[bool], ...]:
        """What every query asks for, unless it says otherwise: rows that are not deleted."""
        if self.deleted is None:
            return ()
        return (self.path.column(self.deleted.attribute).is_null(),)

    @cached_property
    def marked(self) -> tuple[Expr[bool], ...]:
        """What a query for deleted rows asks for instead."""
        if self.deleted is None:
            return ()
        return (self.path.column(self.deleted.attribute).is_not_null(),)

    @cached_property
    def layout(self) -> Layout:
        """All columns, as a plain query reads them."""
        from ferrule_core.mapping.layouts import Layout  # it is made of tables

        return Layout(self, tuple(self.columns.values()), 0)

    def __repr__(self) -> str:
        return f"<table of {self.model_name}>"


class KeysOnlyTable(ModelTable):
    """A table that the role may not read: what refers to it knows its keys, and no more."""

    def source(self, alias: str) -> TableRef:  # noqa: ARG002 - no row has a name
        """Refuse to stand in a statement.

        Raises:
            ModelError: Always.
        """
        raise ModelError(
            f"{self.model_name} cannot be read or written: it was declared with fetchable=False",
            hint="use the columns that refer to it, and ask for no other of its columns",
        )
