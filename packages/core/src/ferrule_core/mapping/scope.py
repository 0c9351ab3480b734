"""Where a class was written: what the names in its annotations mean."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.lazy import pattern

_HEAD = pattern(r"""\s*["']?\s*([\w.]+)""")


@dataclass(frozen=True, slots=True)
class Scope:
    """The module of a class, and the names around it where it was defined inside a function."""

    module: str
    local_names: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)

    def evaluate(self, annotation: object) -> Any:  # noqa: ANN401 - an annotation can be anything
        """What an annotation means; those that are no text are taken as they are.

        Raises:
            NameError: A name is not known here, or is imported for type checkers only.
        """
        while isinstance(annotation, str):
            # The text is the user's own source; typing.get_type_hints does the same.
            annotation = eval(annotation, self._globals(), dict(self.local_names))  # noqa: S307
        return annotation

    def head(self, annotation: str) -> tuple[str, object]:
        """The first name of an annotation's text, and what it stands for: ``Column`` of many."""
        match = _HEAD.match(annotation)
        if match is None:
            raise ModelError(f"the annotation {annotation!r} has no name")
        first, *rest = match[1].split(".")
        found = self.local_names.get(first, self._globals().get(first))
        for part in rest:
            found = getattr(found, part, None)
        return match[1].rpartition(".")[2], found

    def _globals(self) -> dict[str, Any]:
        return vars(sys.modules[self.module])
