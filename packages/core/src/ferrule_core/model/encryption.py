"""Encrypted columns: texts that the database keeps and cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.errors import ConfigurationError, MissingPackage, ValueRefused
from ferrule_core.mapping.value_types import ValueType, opaque_type

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Encrypted:
    """An encrypted text, as a column has it: ``token: Column[Encrypted]``.

    The column is ``text``. A ``Keyring`` makes such values and reads them; rows are loaded and
    written without one. A plain text is refused where an encrypted one is needed, by type checkers
    and before anything is sent.
    """

    __slots__ = ("_stored",)

    def __init__(self, stored: str) -> None:
        self._stored = stored

    @property
    def stored(self) -> str:
        """What stands in the table."""
        return self._stored

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Encrypted) and self._stored == other._stored

    def __hash__(self) -> int:
        return hash(self._stored)

    def __repr__(self) -> str:
        return "Encrypted(...)"

    @classmethod
    def __value_type__(cls) -> ValueType:
        return opaque_type(
            cls,
            _send,
            _receive,
            hint="the same text is encrypted differently each time: "
            "find the row by another column, then decrypt",
        )


class Keyring:
    """Keys that texts are encrypted and decrypted with, by the recipe of ``Fernet``.

    That is AES with a signature: what somebody changed in the table is refused, not read.
    """

    __slots__ = ("_keys",)

    def __init__(self, newest: str, *older: str) -> None:
        """Take keys that ``Keyring.new_key`` made.

        Args:
            newest: Encrypts.
            *older: Decrypt what was encrypted before there was a newer one.

        Raises:
            ConfigurationError: A text is no key.
            MissingPackage: ``cryptography`` is not installed.
        """
        self._keys = _made((newest, *older))

    @staticmethod
    def new_key() -> str:
        """Make a key. Whoever has it can read all that it encrypts, and without it nobody can.

        Raises:
            MissingPackage: ``cryptography`` is not installed.
        """
        try:
            from cryptography.fernet import Fernet
        except ImportError:
            raise _missing() from None
        return Fernet.generate_key().decode()

    def encrypt(self, text: str) -> Encrypted:
        """Encrypt a text with the newest key."""
        return Encrypted(self._keys.encrypt(text.encode()).decode())

    def decrypt(self, value: Encrypted) -> str:
        """Read what any of the keys encrypted.

        Raises:
            ValueRefused: None did, or somebody changed it.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._keys.decrypt(value.stored.encode()).decode()
        except InvalidToken:
            raise _unreadable() from None

    def renew(self, value: Encrypted) -> Encrypted:
        """Encrypt with the newest key what any of the keys encrypted.

        Raises:
            ValueRefused: None did, or somebody changed it.
        """
        from cryptography.fernet import InvalidToken

        try:
            return Encrypted(self._keys.rotate(value.stored.encode()).decode())
        except InvalidToken:
            raise _unreadable() from None

    def __repr__(self) -> str:
        return "Keyring(...)"


def _send(value: object) -> str:
    if isinstance(value, Encrypted):
        return value.stored
    raise ValueRefused(
        f"an encrypted column got a value of type {type(value).__name__}",
        hint="write keyring.encrypt(text)",
    )


def _receive(stored: object) -> Encrypted:
    return Encrypted(str(stored))


def _made(keys: tuple[str, ...]) -> MultiFernet:
    try:
        from cryptography.fernet import Fernet, MultiFernet
    except ImportError:
        raise _missing() from None
    made: list[Fernet] = []
    for number, key in enumerate(keys, 1):
        try:
            made.append(Fernet(key))
        except ValueError:
            raise ConfigurationError(
                f"key {number} of a keyring is no key", hint="Keyring.new_key() makes one"
            ) from None
    return MultiFernet(made)


def _missing() -> MissingPackage:
    return MissingPackage("cryptography", install="ferrule[secrets]")


def _unreadable() -> ValueRefused:
    return ValueRefused(
        "no key of the keyring encrypted this value, or it was changed since",
        hint="give the keyring the older keys too: Keyring(newest, *older)",
    )
