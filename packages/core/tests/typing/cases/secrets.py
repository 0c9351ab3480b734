"""Hashed and encrypted columns: no plain text fits where a hash or a cipher is needed."""

from __future__ import annotations

from typing import assert_type

from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.model.encryption import Encrypted, Keyring
from ferrule_core.model.model import Model
from ferrule_core.model.passwords import PasswordHash


class Account(Model, table="account"):
    id: Column[int] = identity()
    password: Column[PasswordHash]
    token: Column[Encrypted | None] = column(default=None)


async def right(account: Account, keyring: Keyring) -> None:
    Account(password=PasswordHash.of("p"), token=keyring.encrypt("t"))
    assert_type(account.password, PasswordHash)
    assert_type(account.token, Encrypted | None)
    assert_type(account.password.matches("p"), bool)
    assert_type(await Account.filter().values_list(Account.password), list[tuple[PasswordHash]])
    if account.token is not None:
        assert_type(keyring.decrypt(account.token), str)


async def mistakes(account: Account, keyring: Keyring) -> None:
    Account(password="p")  # E
    account.password = "p"  # E
    Account.filter(Account.password == "p")  # E
    Account.filter().update(Account.token.set("t"))  # E
    keyring.decrypt(account.token)  # E
    keyring.decrypt("t")  # E
