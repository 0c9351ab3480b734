"""Names that an attribute of a model cannot have."""

from __future__ import annotations

import keyword
from collections.abc import Iterable

from ferrule_core.errors import ModelError


def refuse_unusable(attribute: str, owner: str, bases: Iterable[type], metaclass: type) -> None:
    """Refuse the name of a column or relation that would hide a method, or could not be written.

    Raises:
        ModelError: With the way out, another attribute for the same column.
    """
    hint = (
        f'call the attribute "{attribute}_" and say name="{attribute}" in its column(...), '
        "identity(...) or server_default(...)"
    )
    if not attribute.isidentifier() or keyword.iskeyword(attribute):
        raise ModelError(f'"{attribute}" of {owner} cannot be the name of an attribute', hint=hint)
    if attribute.startswith("__"):
        raise ModelError(f'"{attribute}" of {owner} begins with two underscores', hint=hint)
    if is_taken(attribute, bases, metaclass):
        raise ModelError(
            f'"{attribute}" of {owner} would hide the attribute of that name that every model has',
            hint=hint,
        )


def is_taken(attribute: str, bases: Iterable[type], metaclass: type) -> bool:
    """Whether models already have an attribute of that name, on class or instance."""
    classes = [parent for base in bases for parent in base.__mro__] + list(metaclass.__mro__)
    return any(attribute in vars(parent) for parent in classes)
