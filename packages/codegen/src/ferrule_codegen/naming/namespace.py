"""A place in which each name stands for one thing."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from itertools import count

from ferrule_codegen.naming.reserved import KEYWORDS
from ferrule_core.errors import GenerationError


class Namespace:
    """Gives out names, each once: a reserved one with an underscore, a taken one with a number."""

    def __init__(
        self, reserved: Collection[str] = frozenset(), endings: Sequence[str] = ()
    ) -> None:
        """Start empty.

        Args:
            reserved: Names that are not given to anyone.
            endings: What is put behind a name to make others, which must be free as well.
        """
        self._reserved = reserved
        self._endings = endings
        self._taken: set[str] = set()

    def take(self, *candidates: str) -> str:
        """The first candidate that is free; when none is, the last one with a number."""
        last = ""
        for candidate in candidates:
            last = f"{candidate}_" if candidate in self._reserved else candidate
            if self._take(last):
                return last
        numbered = (f"{last.rstrip('_')}_{n}" for n in count(2))
        return next(name for name in numbered if self._take(name))

    def take_wish(self, key: str, wish: str) -> str:
        """Exactly the name that was wished for.

        Args:
            key: What the name is for, as settings spell it; for the message.
            wish: The name.

        Raises:
            GenerationError: It is no identifier, is reserved, or is taken.
        """
        if not is_identifier(wish):
            raise GenerationError(f'the name "{wish}" for "{key}" is not a Python identifier')
        if wish in self._reserved or wish.startswith("_") or "__" in wish:
            raise GenerationError(
                f'the name "{wish}" for "{key}" is reserved',
                hint="choose another under names in ferrule.toml",
            )
        if not self._take(wish):
            raise GenerationError(
                f'the name "{wish}" for "{key}" is taken',
                hint="choose another under names in ferrule.toml",
            )
        return wish

    def _take(self, name: str) -> bool:
        names = {name, *(name + ending for ending in self._endings)}
        free = not names & self._taken and name not in self._reserved
        if free:
            self._taken |= names
        return free


def is_identifier(name: str) -> bool:
    """Whether Python reads ``name`` as exactly this identifier, and not as a keyword."""
    return (
        name.isidentifier() and name not in KEYWORDS and unicodedata.normalize("NFKC", name) == name
    )
