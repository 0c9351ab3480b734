"""The other end of a foreign key that is unique."""

from __future__ import annotations

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import ModelError, NotLoaded
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    InverseOneToOne,
    foreign_key,
    inverse_foreign_key,
    inverse_one_to_one,
)
from ferrule_core.model.model import Model

pytestmark = pytest.mark.anyio

TABLES = """
CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE profile (account_id int PRIMARY KEY REFERENCES account, bio text);
"""


class Account(Model, table="account"):
    id: Column[int] = column(primary_key=True)
    name: Column[str]
    profile: InverseOneToOne[Profile] = inverse_one_to_one("Profile.account")


class Profile(Model, table="profile"):
    account_id: Column[int] = column(primary_key=True)
    bio: Column[str | None] = column(default=None)
    account: ForeignKey[Account] = foreign_key("account_id")


@pytest.fixture
def ferrule_template() -> list[str]:
    return [TABLES]


@pytest.fixture
async def accounts(db: Database) -> list[Account]:
    await db.execute("INSERT INTO account VALUES (1, 'a'), (2, 'b')")
    await db.execute("INSERT INTO profile VALUES (1, 'hello')")
    return await Account.filter().order_by("id").all()


async def test_it_is_one_row_or_none_by_a_join(accounts: list[Account]):
    first, second = await Account.filter().include(Account.profile).order_by(Account.id).all()

    assert (first.id, second.id) == (accounts[0].id, accounts[1].id)
    assert first.profile is not None
    assert first.profile.bio == "hello"
    assert second.profile is None
    assert "LEFT JOIN" in Account.filter().include(Account.profile).sql().text


async def test_it_is_one_row_or_none_by_a_query_of_its_own(accounts: list[Account]):
    first, second = await Account.filter().prefetch_related("profile").order_by(Account.id).all()

    assert first.profile is not None
    assert first.profile.account is first
    assert second.profile is None
    assert (await accounts[0].fetch(Account.profile)).profile == first.profile


async def test_before_it_is_loaded_it_says_how(accounts: list[Account]):
    with pytest.raises(NotLoaded, match='relation "profile"'):
        _ = accounts[0].profile


async def test_filters_and_orders_reach_through_it(accounts: list[Account]):
    with_bio, without = accounts

    assert await Account.filter(profile__bio="hello").all() == [with_bio]
    assert await Account.filter(Account.profile.bio == "hello").all() == [with_bio]
    assert await Account.filter(profile={"bio__istartswith": "HE"}).all() == [with_bio]
    assert await Account.filter(profile=None).all() == [without]
    assert await Account.filter(profile__isnull=False).all() == [with_bio]
    assert await Account.exclude(profile__bio="hello").all() == [without]
    profile = await Profile.get(account_id=1)
    assert await Account.filter(profile=profile).all() == [with_bio]
    ordered = await Account.filter().order_by(Account.profile.bio.desc().nulls_last()).all()
    assert ordered == [with_bio, without]


async def test_the_key_of_an_absent_row_is_null_not_the_owners(accounts: list[Account]):
    rows = await Account.filter().order_by("id").values_list(Account.id, Account.profile.account_id)

    assert rows == [(1, 1), (2, None)]
    assert len(accounts) == 2


async def test_saving_the_owner_leaves_it_alone(accounts: list[Account]):
    (loaded,) = await Account.filter(id=1).include(Account.profile).all()
    loaded.name = "new"

    await loaded.save()

    assert (await Account.get(id=1)).name == "new"
    assert (await Profile.get(account_id=1)).bio == "hello"
    assert accounts[0].id == loaded.id


def test_the_specifier_must_fit_the_annotation():
    with pytest.raises(ModelError) as caught:

        class Wrong(Model, table="wrong"):
            id: Column[int] = identity()
            profile: InverseOneToOne[Profile] = inverse_foreign_key("Profile.account")

    assert caught.value.message == "Wrong.profile does not say what makes it"
    assert caught.value.hint == "assign inverse_one_to_one(...)"
    with pytest.raises(ModelError, match="assign inverse_foreign_key"):

        class AlsoWrong(Model, table="wrong"):
            id: Column[int] = identity()
            profiles: InverseForeignKey[Profile] = inverse_one_to_one("Profile.account")
