"""How a transaction begins: its options, and the statements that stand for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypedDict

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError

Isolation = Literal["read committed", "repeatable read", "serializable"]

BEGIN = "BEGIN"

_ISOLATIONS: dict[Isolation, str] = {
    "read committed": "ISOLATION LEVEL READ COMMITTED",
    "repeatable read": "ISOLATION LEVEL REPEATABLE READ",
    "serializable": "ISOLATION LEVEL SERIALIZABLE",
}

_GRACE = timedelta(seconds=1)
"""How much later than the client the server gives up a transaction that it hears nothing of."""

_MILLISECOND = timedelta(milliseconds=1)


class TransactionKeywords(TypedDict, total=False):
    """Options of a transaction.

    Inside of an open one, which makes it a savepoint, it may have the two timeouts alone.

    Attributes:
        isolation: The server's default where left out.
        read_only: Refuse every write.
        deferrable: With ``serializable`` and ``read_only``: wait for a snapshot that cannot fail.
        timeout: How long the whole block may take, waiting for a connection included; past it
            the task is interrupted, the transaction rolled back, and the block raises
            ``TransactionTimeout``.
        lock_timeout: How long one statement may wait for a lock; past it the statement raises
            ``LockNotAvailable``. The session's own bound where left out.
        shared: Let tasks that are started in the block use the transaction, one statement at a
            time. Otherwise it belongs to the task that opened it, and all others are refused.
        resolve_within: Where the connection breaks during COMMIT, ask the server for so long
            what became of it, instead of raising ``CommitUnknown`` at once. Costs one more round
            trip in each transaction.
    """

    isolation: Isolation | None
    read_only: bool
    deferrable: bool
    timeout: timedelta | None
    lock_timeout: timedelta | None
    shared: bool
    resolve_within: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionOptions:
    """What one block asks for; see ``TransactionKeywords``."""

    isolation: Isolation | None = None
    read_only: bool = False
    deferrable: bool = False
    timeout: timedelta | None = None
    lock_timeout: timedelta | None = None
    shared: bool = False
    resolve_within: timedelta | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.isolation is not None and self.isolation not in _ISOLATIONS:
            known = ", ".join(f'"{isolation}"' for isolation in _ISOLATIONS)
            raise ConfigurationError(
                f'there is no isolation level "{self.isolation}"', hint=f"there are {known}"
            )
        for name in ("timeout", "lock_timeout", "resolve_within"):
            within: timedelta | None = getattr(self, name)
            if within is not None and within < _MILLISECOND:
                raise ConfigurationError(f"{name} of a transaction must be a millisecond at least")
        if self.resolve_within is not None and self.read_only:
            raise ConfigurationError(
                "a read-only transaction has no outcome to resolve",
                hint="leave resolve_within out where read_only is set",
            )

    @property
    def is_only_for_outermost(self) -> bool:
        """Whether a savepoint cannot do what is asked."""
        return (
            self.isolation is not None
            or self.read_only
            or self.deferrable
            or self.shared
            or self.resolve_within is not None
        )

    def begin_text(self, server_version: tuple[int, int]) -> str:
        """The statements that begin the transaction, to be sent as one script."""
        words = [BEGIN]
        if self.isolation is not None:
            words.append(_ISOLATIONS[self.isolation])
        if self.read_only:
            words.append("READ ONLY")
        if self.deferrable:
            words.append("DEFERRABLE")
        statements = [" ".join(words)]
        if self.lock_timeout is not None:
            statements.append(lock_timeout_text(self.lock_timeout))
        if self.timeout is not None:
            statements.append(_end_by_server(self.timeout + _GRACE, server_version))
        return "; ".join(statements)


PLAIN = TransactionOptions()


def lock_timeout_text(within: timedelta) -> str:
    """The statement that bounds waits for locks until the transaction ends."""
    return f"SET LOCAL lock_timeout = {_milliseconds(within)}"


def _end_by_server(within: timedelta, server_version: tuple[int, int]) -> str:
    """Have the server end a transaction whose client went silent, for example by a cut cable.

    Before PostgreSQL 17 it can only bound the time between two statements; a lower bound that is
    set already stays.
    """
    if server_version >= (17, 0):
        return f"SET LOCAL transaction_timeout = {_milliseconds(within)}"
    return _END_WHEN_IDLE.format(milliseconds=_milliseconds(within))


_END_WHEN_IDLE = (
    "SELECT set_config('idle_in_transaction_session_timeout', least({milliseconds}, nullif(1000 * "
    "extract(epoch FROM current_setting('idle_in_transaction_session_timeout')::interval), 0)"
    ")::bigint::text, true)"
)


def _milliseconds(within: timedelta) -> int:
    return -(-within // _MILLISECOND)
