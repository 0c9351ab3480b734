"""What an instance says about itself: what of it was changed, what it was, and itself as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.original import Original
from ferrule_core.model import changes

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.model.dictionaries import Rename
    from ferrule_core.model.picking import Parts


class Instances(Mapped, abstract=True):
    """What can be asked of a row that is at hand; nothing of it sends a statement."""

    @property
    def changed(self) -> tuple[str, ...]:
        """The attributes whose values differ from the row that was read, in the class's order.

        Of an instance that is in no table these are all that it has values for. Changes in place
        count: of lists, of documents, of what is within them.
        """
        return changes.changed_attributes(self)

    @property
    def original(self) -> Original:
        """What the row had when it was read, by attribute: ``book.original[Book.price]``.

        It has no columns that were not loaded, and is empty for an instance that is in no table.
        """
        return Original(self)

    def to_dict(
        self,
        *,
        include: Parts | None = None,
        exclude: Parts | None = None,
        by_alias: bool = False,
        rename: Rename | None = None,
    ) -> dict[str, Any]:
        """The columns that were loaded, and the relations, each as a dictionary of its own.

        What was not loaded is left out, as are hashes of passwords and encrypted texts, unless they
        are included by name. An instance that is within itself is there by its key alone.

        Args:
            include: Nothing but these parts: ``[Book.title, "price", Book.author.name]``, or
                nested, ``{"title": True, "author": ["name"]}``. Values that ``annotate`` gave are
                included by their names.
            exclude: All but these parts, in the same forms.
            by_alias: Call columns as the table calls them: ``class``, not ``class_``.
            rename: A function from key to key, for all keys; or other keys of some parts,
                ``{"title": "name", "author__name": "writer"}``.

        Raises:
            UnknownColumn: A name is neither a column nor a relation.
            NotLoaded: A part that is included by name was not loaded.
            QueryError: Two parts would have one key.
        """
        from ferrule_core.model import dictionaries

        wanted = dictionaries.Wanted(include, exclude, by_alias, rename)
        return dictionaries.to_dict(self, wanted)

    def to_json(
        self,
        *,
        include: Parts | None = None,
        exclude: Parts | None = None,
        by_alias: bool = False,
        rename: Rename | None = None,
        indent: int | None = None,
    ) -> str:
        """The same as JSON, which ``from_json`` reads exactly: decimals and times are texts.

        Args:
            include: See ``to_dict``.
            exclude: See ``to_dict``.
            by_alias: See ``to_dict``.
            rename: See ``to_dict``.
            indent: Spaces for each level, on lines of their own.

        Raises:
            UnknownColumn: A name is neither a column nor a relation.
            NotLoaded: A part that is included by name was not loaded.
            ValueRefused: A column holds what it cannot store, or what JSON has no form for.
        """
        from ferrule_core.model import dictionaries, json_text

        wanted = dictionaries.Wanted(include, exclude, by_alias, rename)
        return json_text.to_json(self, wanted, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes, /, *, by_alias: bool = False) -> Self:
        """A new instance, in no table yet, of what ``to_json`` wrote, related rows too.

        It has what the text has and no more: no default is filled in, nothing is asked for. For
        what clients send there is ``pydantic_schema``.

        Args:
            text: An object of JSON.
            by_alias: Whether its columns are called as the table calls them.

        Raises:
            ValueRefused: The text is no JSON, or a part of it is no value of its column.
            UnknownColumn: It has a name that is neither a column nor a relation.
        """
        from ferrule_core.model import json_text

        return json_text.from_json(cls, text, by_alias=by_alias)
