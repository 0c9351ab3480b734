"""Models of tables that the role may not read, known by their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ferrule_core.errors import ModelError
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.query.raw import sql


class User(Model, table="users", schema="auth", fetchable=False):
    id: Column[int] = identity()
    email: Column[str]
    profiles: InverseForeignKey[Profile] = inverse_foreign_key("Profile.user")


class Profile(Model, table="profile"):
    id: Column[int] = identity()
    user_id: Column[int]
    user: ForeignKey[User] = foreign_key("user_id")


def test_keys_are_used_where_the_referring_column_stands_for_them():
    for query in (
        Profile.filter(Profile.user.id == 7),
        Profile.filter(user__id=7),
        Profile.filter(user_id=7),
    ):
        text = query.sql().text
        assert '"user_id" = $1' in text
        assert "users" not in text
    assert "users" not in Profile.filter().order_by(Profile.user.id).sql().text


@pytest.mark.parametrize(
    "use",
    [
        lambda: User(email="a"),
        lambda: User.filter().sql(),
        lambda: User.filter(email="a").sql(),
        lambda: Profile.filter(Profile.user.email == "a").sql(),
        lambda: Profile.filter().order_by(Profile.user.email).sql(),
        lambda: Profile.filter().include(Profile.user).sql(),
        lambda: sql("SELECT 1 FROM {}", User),
    ],
)
def test_more_is_refused_before_anything_is_sent(use: Callable[[], Any]):
    with pytest.raises(ModelError, match="User cannot be read or written") as refused:
        use()
    assert refused.value.hint == (
        "use the columns that refer to it, and ask for no other of its columns"
    )


@pytest.mark.anyio
async def test_verbs_are_refused_too():
    for work in (
        User.get(id=1),
        User.filter().delete(),
        User.filter().update(email="x"),
        User.filter().count(),
    ):
        with pytest.raises(ModelError, match="User cannot be read or written"):
            await work
