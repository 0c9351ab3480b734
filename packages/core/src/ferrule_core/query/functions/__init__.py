"""Functions of the server, as typed expressions. Start with ``namespace.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_core.query.functions.aggregates import Aggregate
    from ferrule_core.query.functions.dates import DatePart
    from ferrule_core.query.functions.namespace import func
    from ferrule_core.query.functions.windows import WindowFunction
else:  # checkers would take any name for right
    __getattr__ = lazy_exports(
        __name__,
        {
            "Aggregate": "aggregates",
            "DatePart": "dates",
            "WindowFunction": "windows",
            "func": "namespace",
        },
    )

__all__ = ["Aggregate", "DatePart", "WindowFunction", "func"]
