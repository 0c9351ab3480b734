"""What constraints say of the time at which they are checked."""

from __future__ import annotations

from ferrule_core.errors import ModelError


def refuse_undeferrable(*, deferrable: bool, initially_deferred: bool) -> None:
    """Refuse a constraint that waits by default, and cannot.

    Raises:
        ModelError: It is so.
    """
    if initially_deferred and not deferrable:
        raise ModelError(
            "a constraint is initially_deferred, and not deferrable",
            hint="write deferrable=True too, or leave both out",
        )
