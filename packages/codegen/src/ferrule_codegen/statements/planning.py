"""Which functions of Python run the statements of files, and what they take and give. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ferrule_codegen.annotations import PythonType, TypeBook
from ferrule_codegen.naming import reserved
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import camel_case, snake_case, words_of
from ferrule_core.catalog import Catalog, QualifiedName, Relation, Table
from ferrule_core.deferred import dataclass
from ferrule_core.errors import GenerationError, nearest
from ferrule_core.plugins.contracts import DescribedQuery, QueryValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementValue:
    """A place or a column, as Python has it.

    Attributes:
        name: Its name in Python.
        told: Its name in the statement.
    """

    name: str
    told: str
    type: PythonType
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPlan:
    """One statement, as Python runs it.

    Attributes:
        name: Of the function.
        model: Whose instances its rows become.
        row: Name of the class of its rows, where they have one of their own.
        columns: The fields of that class; or the only column, whose value a row is.
    """

    query: DescribedQuery
    name: str
    parameters: tuple[StatementValue, ...]
    model: QualifiedName | None = None
    row: str = ""
    columns: tuple[StatementValue, ...] = ()


def plan_statements(
    queries: Iterable[DescribedQuery],
    catalog: Catalog,
    types: TypeBook,
    classes: Mapping[QualifiedName, str],
) -> tuple[StatementPlan, ...]:
    """The functions of the package, in order of name.

    Raises:
        GenerationError: A file names a class that is no model, or whose columns it does not give.
    """
    rows = Namespace(reserved.CLASSES | set(classes.values()))
    functions = Namespace(reserved.KEYWORDS | {"annotations"} | set(classes.values()))
    models = {classes[name]: relation for name, relation in catalog.relations.items()}
    found: list[StatementPlan] = []
    for query in sorted(queries, key=lambda one: one.name):
        model = _model(query, models)
        several = model is None and len(query.columns) > 1
        words = words_of(query.name)
        plan = StatementPlan(
            query=query,
            name=functions.take(query.name),
            parameters=tuple(_values(query.parameters, types)),
            model=None if model is None else model.name,
            row=rows.take(f"{camel_case(words, prefix='Statement')}Row") if several else "",
            columns=() if model is not None else tuple(_values(query.columns, types)),
        )
        found.append(plan)
    return tuple(found)


def _values(given: Iterable[QueryValue], types: TypeBook) -> Iterator[StatementValue]:
    space = Namespace(reserved.KEYWORDS)
    for one in given:
        yield StatementValue(
            name=space.take(snake_case(words_of(one.name), prefix="value")),
            told=one.name,
            type=types.value_type(one.type),
            nullable=one.nullable,
        )


def _model(query: DescribedQuery, models: Mapping[str, Relation]) -> Relation | None:
    if query.rows is None:
        return None
    model = models.get(query.rows)
    if model is None:
        raise GenerationError(
            f'{query.place}: its rows are to be "{query.rows}", which is no model',
            hint=nearest(query.rows, models),
        )
    columns = [column.name for column in query.columns]
    known = {column.name for column in model.columns}
    for name in columns:
        if name not in known:
            raise GenerationError(
                f'{query.place}: gives a column "{name}" that {query.rows} does not have',
                hint=nearest(name, known) or "name the columns instead of *",
            )
    key = model.primary_key if isinstance(model, Table) else None
    for name in key.columns if key is not None else ():
        if name not in columns:
            raise GenerationError(
                f'{query.place}: gives no column "{name}", by which a {query.rows} is known',
                hint="select it too",
            )
    return model
