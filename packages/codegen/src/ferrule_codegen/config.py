"""What ``ferrule.toml`` may say about generated code."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CodegenConfig(BaseModel):
    """``[codegen]``."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    queries: str | None = None
    """A folder of ``*.sql`` files, each of which becomes a function of ``queries.py``."""

    names: dict[str, str] = Field(default_factory=dict[str, str])
    """Names in Python by names in the database.

    ``"shop.book" = "Book"`` for a class, ``"shop.book.class" = "shelf_class"`` for a column,
    ``"shop.book_status.on sale" = "AVAILABLE"`` for a label, ``"shop.book.book_author_id_fkey" =
    "author"`` for a relation and the same with ``.inverse`` behind it for its other end.
    """
