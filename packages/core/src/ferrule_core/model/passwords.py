"""Hashed columns: passwords that nobody can read back, by argon2id."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from ferrule_core.errors import MissingPackage, ValueRefused
from ferrule_core.mapping.value_types import ValueType, opaque_type

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_PREFIX: Final = "$argon2"


class PasswordHash:
    """The hash of a password, as a column has it: ``password: Column[PasswordHash]``.

    The column is ``text``. A plain text is refused where a hash is needed, by type checkers and
    before anything is sent, so that no password is stored by mistake; nor is a hash shown in a
    ``repr``.

    Hashing and matching take the processor for some hundredths of a second, on purpose. Beside an
    event loop, give them to a thread: ``await asyncio.to_thread(PasswordHash.of, password)``.
    """

    __slots__ = ("_stored",)

    _stored: str

    def __init__(self, stored: str) -> None:
        """Take a hash that was made elsewhere; ``PasswordHash.of`` makes one of a password.

        Raises:
            ValueRefused: It is no hash of argon2.
        """
        if not stored.startswith(_PREFIX):
            raise _no_hash()
        self._stored = stored

    @classmethod
    def of(cls, password: str, *, hasher: PasswordHasher | None = None) -> PasswordHash:
        """Hash a password, with a salt of its own.

        Args:
            password: Any text but the empty one.
            hasher: Says what it costs; without one, argon2's own advice is followed.

        Raises:
            MissingPackage: ``argon2-cffi`` is not installed.
            ValueRefused: The password is empty.
        """
        if not password:
            raise ValueRefused("a password is empty", hint="ask for one before it is hashed")
        return cls((hasher or _own_hasher()).hash(password))

    def matches(self, password: str) -> bool:
        """Whether it is the hash of this password.

        Raises:
            MissingPackage: ``argon2-cffi`` is not installed.
            ValueRefused: The column holds something else than a hash of argon2.
        """
        hasher = _own_hasher()  # says what is missing
        from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

        try:
            return hasher.verify(self._ascii(), password)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            raise _no_hash() from None

    def outdated(self, *, hasher: PasswordHasher | None = None) -> bool:
        """Whether it was made at another cost than new ones are: hash the password again then.

        Args:
            hasher: The one that makes new ones.

        Raises:
            MissingPackage: ``argon2-cffi`` is not installed.
            ValueRefused: The column holds something else than a hash of argon2.
        """
        chosen = hasher or _own_hasher()
        from argon2.exceptions import InvalidHashError

        try:
            return chosen.check_needs_rehash(self._ascii())
        except InvalidHashError:
            raise _no_hash() from None

    @property
    def stored(self) -> str:
        """The hash itself, as it stands in the table."""
        return self._stored

    def _ascii(self) -> str:
        if not self._stored.isascii():
            raise _no_hash()
        return self._stored

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PasswordHash) and self._stored == other._stored

    def __hash__(self) -> int:
        return hash(self._stored)

    def __repr__(self) -> str:
        return "PasswordHash(...)"

    @classmethod
    def __value_type__(cls) -> ValueType:
        return opaque_type(
            cls,
            _send,
            _receive,
            hint="find the row by another column, then ask its hash: matches(password)",
        )


def _send(value: object) -> str:
    if isinstance(value, PasswordHash):
        return value.stored
    raise ValueRefused(
        f"a column of hashes got a value of type {type(value).__name__}",
        hint="write PasswordHash.of(password)",
    )


def _receive(stored: object) -> PasswordHash:
    return _Read(str(stored))


class _Read(PasswordHash):
    """What stands in the table, whoever made it: rows with other hashes can be loaded too."""

    __slots__ = ()

    def __init__(self, stored: str) -> None:
        self._stored = stored


def _no_hash() -> ValueRefused:
    return ValueRefused(
        "a hash of a password was made by something else than argon2",
        hint="PasswordHash.of(password) hashes a password; let users of others choose a new one",
    )


@cache
def _own_hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise MissingPackage("argon2-cffi", install="ferrule[secrets]") from None
    return PasswordHasher()
