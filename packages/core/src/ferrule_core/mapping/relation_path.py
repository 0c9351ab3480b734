"""What ``Book.author`` is at run time; to a type checker it is ``type[Author]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrule_core.errors import QueryError

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path


class RelationPath:
    """The related model, seen from the one that refers to it.

    Its columns are expressions that reach through the relation, its relations lead further, and for
    the rest it stands for the related model itself, so that what a checker allows on
    ``type[Author]`` is true: it can be called, has the model's methods, and ``isinstance``
    understands it.
    """

    __slots__ = ("__path__",)

    def __init__(self, path: Path) -> None:
        self.__path__ = path

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - a column, or whatever a class has
        return attribute_of(self.__path__, attribute)

    def __call__(self, *args: Any, **values: Any) -> Any:  # noqa: ANN401, D102 - the constructor
        return self.__path__.table.model(*args, **values)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self.__path__.table.model)

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, self.__path__.table.model)

    def __repr__(self) -> str:
        return f"<relation {self.__path__}>"


def attribute_of(path: Path, attribute: str) -> Any:  # noqa: ANN401
    """A column or relation of what a path leads to, or else the attribute of the model's class."""
    found = path.columns.get(attribute)
    if found is not None:
        return found
    table = path.table
    if attribute in table.columns:
        return path.column(attribute)
    if attribute in table.relations:
        return RelationPath(path.child(attribute))
    if path.parent is None:
        raise AttributeError(str(path.unknown(attribute)))
    return getattr(table.model, attribute)


def path_of(relation: object) -> Path:
    """The path that ``Book.author`` stands for.

    Raises:
        QueryError: It is no relation: a model itself, a column, something else.
    """
    if isinstance(relation, RelationPath):
        return relation.__path__
    name = getattr(relation, "__name__", None) or repr(relation)
    raise QueryError(
        f"{name} is no relation of the model",
        hint="name the relation by the model that has it: include(Book.author)",
    )
