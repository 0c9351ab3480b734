"""What instances are without a server: names that they keep, equality, hashes, what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ferrule_core.errors import ModelError
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.encryption import Encrypted
from ferrule_core.model.model import Model, View
from ferrule_core.model.passwords import PasswordHash

if TYPE_CHECKING:
    from decimal import Decimal as Size


@pytest.mark.parametrize("name", ["changed", "original", "to_dict", "to_json", "from_json"])
def test_a_column_of_the_name_of_one_of_these_is_refused_with_the_way_out(name: str):
    body = {"__annotations__": {name: "Column[int]"}, "__module__": __name__, "__qualname__": "X"}

    with pytest.raises(ModelError) as caught:
        type(Model)("X", (Model,), body, table="x")

    assert caught.value.message == (
        f'"{name}" of X would hide the attribute of that name that every model has'
    )
    assert f'call the attribute "{name}_" and say name="{name}"' in (caught.value.hint or "")


class Page(Model, table="page"):
    id: Column[int] = identity()
    note: Column[str | None] = column(default=None)
    body: Column[Any] = column(default=None)
    about_id: Column[int | None] = column(default=None)
    about: ForeignKey[Page | None] = foreign_key("about_id")


class Link(Model, table="link"):
    one: Column[int] = column(primary_key=True)
    other: Column[int] = column(primary_key=True)


class Login(Model, table="login"):
    name: Column[str] = column(primary_key=True)
    password: Column[PasswordHash]
    token: Column[Encrypted | None] = column(default=None)


class Sight(View, table="sight"):
    name: Column[str]


class TestEquality:
    def test_it_is_by_the_whole_key(self):
        assert Page(id=1) == Page(id=1, note="x")
        assert Page(id=1) != Page(id=2)
        assert Link(one=1, other=2) == Link(one=1, other=2)
        assert Link(one=1, other=2) != Link(one=1, other=3)
        assert hash(Link(one=1, other=2)) == hash(Link(one=1, other=2))
        assert Page(id=1) != Link(one=1, other=1)
        assert Page(id=1) != 1

    def test_it_is_identity_without_a_key(self):
        new = Page(note="x")
        row = Sight(name="x")

        assert new == new  # noqa: PLR0124
        assert new != Page(note="x")
        assert row != Sight(name="x")
        assert len({new, Page(note="x"), row, Sight(name="x"), row}) == 4

    def test_a_hash_stays_what_it_was_though_a_key_comes_or_changes(self):
        new, old = Page(), Page(id=1)
        held = {new, old}

        new.id, old.id = 7, 2

        assert new in held
        assert old in held
        assert new == Page(id=7)
        assert hash(Page(id=7)) == hash(Page(id=7))

    def test_the_hash_of_one_with_a_key_is_that_of_all_of_the_key(self):
        saved = Page()
        saved.id = 7

        assert hash(saved) == hash(Page(id=7))
        assert len({saved, Page(id=7)}) == 1


class TestShowing:
    def test_the_key_comes_first_and_long_values_are_cut(self):
        page = Page(note="x" * 1000)
        page.id = 5

        assert repr(page) == (
            f"Page(id=5, note='{'x' * 27}...{'x' * 28}', body=None, about_id=None)"
        )
        assert repr(Page(body=b"x" * 1000)) == (
            f"Page(note=None, body=b'{'x' * 60}'..., about_id=None)"
        )
        assert len(repr(Page(id=1, body=[{"a": "x" * 1000}] * 1000))) < 300

    def test_many_columns_are_cut(self):
        names = [f"c{number}" for number in range(100)]
        body = {
            "__annotations__": dict.fromkeys([*names, "id"], "Column[str]"),
            "__module__": __name__,
            "__qualname__": "Wide",
            "id": column(primary_key=True),
        }
        wide: Any = type(Model)("Wide", (Model,), body, table="wide")

        shown = repr(wide(id="key", **dict.fromkeys(names, "value")))

        assert shown.startswith("Wide(id='key', c0='value', c1='value', ")
        assert shown.endswith(", ...)")
        assert len(shown) < 400

    def test_relations_are_not_shown_so_that_circles_end(self):
        page = Page(id=1, about_id=1)
        page.about = page

        assert repr(page) == "Page(id=1, note=None, body=None, about_id=1)"

    def test_secrets_are_not_shown_even_where_a_plain_text_was_assigned(self):
        login = Login(name="a", password=PasswordHash("$argon2id$x"), token=Encrypted("gAAAA"))
        assert repr(login) == ("Login(name='a', password=PasswordHash(...), token=Encrypted(...))")

        login.password = "open sesame"  # type: ignore[assignment]
        assert repr(login) == "Login(name='a', password=..., token=Encrypted(...))"

    def test_it_never_fails(self):
        class Broken:
            def __repr__(self) -> str:
                raise RuntimeError("no")

        body: list[Any] = []
        body.append(body)
        huge = 10**5000

        assert "<Broken instance at" in repr(Page(body=Broken()))
        assert "[[[[" in repr(Page(body=body))
        assert "body=<a number of 16610 bits>" in repr(Page(body=huge))
        assert "<a number of 16610 bits>" in repr(Page(body={"a": [-huge]}))
        assert repr(Page.__new__(Page)) == "Page()"

    def test_an_annotation_that_cannot_be_read_hides_the_value(self):
        class Odd(Model, table="odd"):
            id: Column[int] = column(primary_key=True)
            size: Column[Size]

        assert repr(Odd(id=1, size=2)) == "Odd(id=1, size=...)"  # type: ignore[arg-type]


def test_what_python_asks_of_copying_is_simply_not_there():
    page: Any = Page(id=1)

    with pytest.raises(AttributeError, match="Page has no __deepcopy__"):
        _ = page.__deepcopy__
    with pytest.raises(AttributeError, match='Page has no column or relation "nope"'):
        _ = page.nope
