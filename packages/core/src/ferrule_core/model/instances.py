"""What an instance says about itself: what of it was changed, what it was, and itself as values."""

from __future__ import annotations

from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.original import Original
from ferrule_core.model import changes


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
