"""Where models meet Pydantic, and so FastAPI. Pydantic is imported when one of these is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped

if TYPE_CHECKING:
    from pydantic import BaseModel

Mode = Literal["create", "update", "read"]


class PydanticBorder(Mapped, abstract=True):
    """What lets a model stand where Pydantic reads annotations: in a response, a body, a field."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: Any) -> Any:  # noqa: ANN401 - Pydantic's
        from ferrule_core.model import schemas  # Pydantic comes with it

        return schemas.core_schema(cls, handler)


def pydantic_schema(
    model: type[Mapped], mode: Mode, *, include: Sequence[type[Mapped]] = ()
) -> type[BaseModel]:
    """The Pydantic model of what somebody sends, or is sent, for a row.

    ``create`` has what a new row is made of: without what the server counts up, computes or stamps;
    ``update`` has the same without the key, and everything is optional; ``read`` has all columns.
    Passwords' hashes and encrypted texts are in none of them.
    The same arguments give the same class. What was not given to one of ``create`` or ``update`` is
    not in its ``model_dump()``: ``Book(**body.model_dump())``.

    Args:
        model: A class with a table.
        mode: Which of the three.
        include: Relations that ``read`` holds too: ``include=[Book.author]``. They have to be
            loaded.

    Raises:
        ModelError: The model is abstract, or relations are named for another mode than ``read``.
    """
    from ferrule_core.model import schemas

    if model.__table__.abstract:
        raise ModelError(
            f"{model.__name__} is abstract, and has no columns that a schema could show",
            hint="give a model with a table",
        )
    if include and mode != "read":
        raise ModelError(
            f'a schema to {mode} has no relations: include is for "read"',
            hint="write related rows by their own models",
        )
    return schemas.schema_of(model, mode, include)
