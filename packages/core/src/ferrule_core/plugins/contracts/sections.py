"""What a package adds to ``ferrule.toml``."""

from __future__ import annotations

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigSection:
    """A table of ``ferrule.toml``.

    Attributes:
        name: Name of the table.
        model: ``"package.module:Class"`` of its pydantic model, imported when the table is read.
    """

    name: str
    model: str
