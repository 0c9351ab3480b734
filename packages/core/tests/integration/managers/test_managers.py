"""Managers on a real server: keys, keywords, and the rows between rows."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from ferrule_core.database import Database, transaction
from ferrule_core.errors import (
    ForeignKeyViolation,
    ModelError,
    MultipleRows,
    NotFound,
    QueryError,
    UniqueViolation,
    UnknownColumn,
)
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    ManyToMany,
    foreign_key,
    many_to_many,
)
from ferrule_core.model.managers import Manager, ViewManager
from ferrule_core.model.model import Model, View
from ferrule_core.query.query import Query

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Person(Model, table="person"):
    id: Column[int] = identity()
    email: Column[str]
    nick: Column[str | None] = column(default=None)
    active: Column[bool] = server_default("true")
    teams: ManyToMany[Team] = many_to_many(through="Membership")
    friends: ManyToMany[Person] = many_to_many(
        through="friendship", columns=["one_id"], target_columns=["other_id"]
    )


class Team(Model, table="team"):
    country: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    motto: Column[str | None] = column(default=None)
    people: ManyToMany[Person] = many_to_many(through="Membership")


class Membership(Model, table="membership"):
    person_id: Column[int] = column(primary_key=True)
    country: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    since: Column[date | None] = column(default=None)
    person: ForeignKey[Person] = foreign_key("person_id")
    team: ForeignKey[Team] = foreign_key("country", "number")


class Note(Model, table="note"):
    text: Column[str | None] = column(default=None)


class ActivePerson(View, table="active_person"):
    id: Column[int | None]
    email: Column[str | None]


class People(Manager[Person, int]):
    model = Person

    async def befriend(self, one: Person, *others: Person | int) -> int:
        return await self._add(one, "friends", others)


class ActivePeople(People):
    def query(self) -> Query[Person]:
        return super().query().filter(Person.active == True)  # noqa: E712 - an expression


class Teams(Manager[Team, tuple[str, int]]):
    model = Team

    async def add(self, team: Team, *people: Person | int) -> int:
        return await self._add(team, "people", people)

    async def remove(self, team: Team, *people: Person | int) -> int:
        return await self._remove(team, "people", people)

    async def clear(self, team: Team) -> int:
        return await self._clear(team, "people")


class PeoplesTeams(Manager[Person, int]):
    model = Person

    async def join(self, person: Person, *teams: Team | tuple[str, int]) -> int:
        return await self._add(person, "teams", teams)

    async def leave(self, person: Person, *teams: Team | tuple[str, int]) -> int:
        return await self._remove(person, "teams", teams)


class Notes(Manager[Note, int]):
    model = Note


class ActiveView(ViewManager[ActivePerson]):
    model = ActivePerson


people = People()
teams = Teams()


async def make(*emails: str) -> list[Person]:
    return await people.create_items([{"email": email} for email in emails])


async def test_a_row_is_loaded_by_its_key():
    (ann,) = await make("ann")

    assert await people.load_by_id(ann.id) == ann
    with pytest.raises(NotFound) as caught:
        await people.load_by_id(99)
    assert caught.value.message == 'no Person has this "id"'


async def test_a_composite_key_is_a_tuple_in_the_order_of_the_class():
    await teams.create_items([{"country": "de", "number": n} for n in (1, 2)])
    await teams.create_item(country="fr", number=1)

    team = await teams.load_by_id(("de", 1))

    assert (team.country, team.number) == ("de", 1)
    found = await teams.load_by_ids([("fr", 1), ("de", 2), ("it", 1)])
    assert [(t.country, t.number) for t in found] == [("fr", 1), ("de", 2)]


async def test_a_key_of_the_wrong_length_is_refused():
    with pytest.raises(ModelError) as caught:
        await teams.load_by_id(("de",))  # type: ignore[arg-type]

    assert caught.value.message == (
        'the key of Team is "country", "number", and 1 values were given'
    )


async def test_a_model_without_a_key_says_so():
    with pytest.raises(ModelError, match="Note has no primary key"):
        await Notes().load_by_id(1)


async def test_rows_are_loaded_in_the_order_of_their_keys_each_once():
    ann, bob, cid = await make("ann", "bob", "cid")

    found = await people.load_by_ids([cid.id, 99, ann.id, cid.id, bob.id])

    assert found == [cid, ann, bob]
    assert await people.load_by_ids([]) == []


async def test_many_keys_are_one_statement():
    await make(*(str(n) for n in range(300)))

    assert len(await people.load_by_ids(range(1, 50_000))) == 300


async def test_rows_are_asked_for_by_keyword_and_by_condition():
    ann, bob = await make("ann", "bob")

    assert await people.load_item(email="ann") == ann
    assert await people.load_item_or_none(Person.email == "bob") == bob
    assert await people.load_item_or_none(email="cid") is None
    assert await people.load_items(email__in=["ann", "bob"], id=ann.id) == [ann]
    assert await people.exists(email="ann")
    assert not await people.exists(email="cid")
    assert await people.count() == 2
    with pytest.raises(MultipleRows):
        await people.load_item()
    with pytest.raises(UnknownColumn, match="mail"):
        await people.load_items(mail="ann")


async def test_rows_are_created_all_or_none():
    with pytest.raises(UniqueViolation):
        await people.create_items([{"email": "ann"}, {"email": "ann"}])

    assert await people.count() == 0


async def test_an_update_gives_back_the_row():
    ann, bob = await make("ann", "bob")

    changed = await people.update_item(ann.id, nick="a", active=False)

    assert (changed.id, changed.nick, changed.active) == (ann.id, "a", False)
    assert (await people.load_by_id(bob.id)).nick is None
    assert await people.update_item(bob.id) == bob
    with pytest.raises(NotFound):
        await people.update_item(99, nick="x")


async def test_an_update_of_the_key_gives_back_the_row_of_the_new_key():
    await teams.create_item(country="de", number=1, motto="x")

    moved = await teams.update_item(("de", 1), number=7)

    assert (moved.country, moved.number, moved.motto) == ("de", 7, "x")


async def test_several_rows_are_updated_and_deleted_at_once():
    ann, bob, cid = await make("ann", "bob", "cid")

    assert await people.update_items([ann.id, bob.id, 99], active=False) == 2
    assert await people.update_items([], active=True) == 0
    assert await people.count(active=False) == 2
    assert await people.delete_items([ann.id, 99]) == 1
    assert await people.delete_items([]) == 0
    assert await people.delete_item(bob.id) is True
    assert await people.delete_item(bob.id) is False
    assert await people.load_items() == [cid]


async def test_composite_keys_touch_no_sibling():
    await teams.create_items([{"country": c, "number": n} for c in ("de", "fr") for n in (1, 2)])

    assert await teams.delete_item(("de", 1)) is True
    assert await teams.update_items([("de", 2), ("fr", 9)], motto="x") == 1

    left = {(t.country, t.number): t.motto for t in await teams.load_items()}
    assert left == {("de", 2): "x", ("fr", 1): None, ("fr", 2): None}


async def test_get_or_create_makes_a_row_once():
    first, made = await people.get_or_create({"nick": "a"}, email="ann")
    again, made_again = await people.get_or_create({"nick": "b"}, email="ann")

    assert (made, made_again) == (True, False)
    assert first == again
    assert again.nick == "a"


async def test_get_or_create_at_once_makes_one_row():
    results = await asyncio.gather(*(people.get_or_create(email="ann") for _ in range(8)))

    assert sorted(made for _, made in results) == [False] * 7 + [True]
    assert len({person.id for person, _ in results}) == 1
    assert await people.count() == 1


async def test_get_or_create_leaves_a_transaction_whole():
    await make("ann")

    async with transaction():
        _, made = await people.get_or_create(email="ann")
        bob, _ = await people.get_or_create(email="bob")

    assert made is False
    assert await people.load_by_id(bob.id) == bob


async def test_get_or_create_reports_another_rows_key():
    await people.create_item(email="ann", nick="a")

    with pytest.raises(UniqueViolation) as caught:
        await people.get_or_create({"nick": "a"}, email="bob")

    assert caught.value.constraint == "person_nick_key"


async def test_a_subclass_can_leave_rows_out_of_everything():
    ann, bob = await make("ann", "bob")
    await people.update_item(bob.id, active=False)
    active = ActivePeople()

    assert await active.load_items() == [ann]
    assert await active.load_by_ids([ann.id, bob.id]) == [ann]
    assert await active.delete_item(bob.id) is False
    assert await active.count() == 1
    assert await people.count() == 2


async def test_a_view_is_read_and_has_no_writing():
    await make("ann", "bob")
    view = ActiveView()

    assert await view.count() == 2
    assert (await view.load_item(email="ann")).email == "ann"
    assert not hasattr(view, "create_item")


async def test_rows_are_connected_by_instance_and_by_key():
    ann, bob, cid = await make("ann", "bob", "cid")
    team = await teams.create_item(country="de", number=1)

    assert await teams.add(team, ann, bob.id, ann.id) == 2
    assert await teams.add(team, bob, cid) == 1
    assert await teams.add(team) == 0

    assert {p.email for p in (await team.fetch(Team.people)).people} == {"ann", "bob", "cid"}
    assert await teams.remove(team, ann, bob.id, 99) == 2
    assert await teams.clear(team) == 1
    assert (await team.fetch(Team.people)).people == []


async def test_rows_with_composite_keys_are_connected_by_tuple():
    (ann,) = await make("ann")
    one = await teams.create_item(country="de", number=1)
    await teams.create_item(country="fr", number=1)
    manager = PeoplesTeams()

    assert await manager.join(ann, one, ("fr", 1)) == 2
    assert await manager.leave(ann, ("de", 1)) == 1

    (left,) = (await ann.fetch(Person.teams)).teams
    assert (left.country, left.number) == ("fr", 1)
    with pytest.raises(ModelError, match="the key of Team has 2 columns, and 1 values were given"):
        await manager.join(ann, ("de",))  # type: ignore[arg-type]


async def test_a_table_is_connected_with_itself():
    ann, bob = await make("ann", "bob")

    assert await people.befriend(ann, bob) == 1

    assert (await ann.fetch(Person.friends)).friends == [bob]
    assert (await bob.fetch(Person.friends)).friends == []


async def test_a_key_that_no_row_has_cannot_be_connected():
    team = await teams.create_item(country="de", number=1)

    with pytest.raises(ForeignKeyViolation):
        await teams.add(team, 99)


async def test_more_rows_than_a_statement_has_parameters_are_connected(db: Database):
    await db.execute("INSERT INTO person (email) SELECT n::text FROM generate_series(1, 12000) n")
    team = await teams.create_item(country="de", number=1)

    assert await teams.add(team, *range(1, 12001)) == 12000
    assert await teams.remove(team, *range(1, 12001)) == 12000


async def test_only_many_to_many_relations_connect():
    membership = Membership(person_id=1, country="de", number=1)

    class Memberships(Manager[Membership, tuple[int, str, int]]):
        model = Membership

    with pytest.raises(ModelError) as caught:
        await Memberships()._add(membership, "person", [1])

    assert caught.value.message == '"person" of Membership is no many-to-many relation'


async def test_upsert_item_inserts_a_row_or_updates_the_one_in_its_way():
    ann, made = await people.upsert_item(["email"], email="ann", nick="a", active=False)
    again, made_again = await people.upsert_item(["email"], email="ann", nick="b")

    assert (made, made_again) == (True, False)
    assert (again.id, again.nick, again.active) == (ann.id, "b", False)
    by_key, made = await people.upsert_item(id=ann.id, email="bea")
    assert (made, by_key.email, by_key.nick) == (False, "bea", "b")
    same, made = await people.upsert_item(["email"], email="bea")
    assert (made, same.nick) == (False, "b")
    assert await people.count() == 1


async def test_upsert_item_at_once_keeps_one_row():
    results = await asyncio.gather(
        *(people.upsert_item(["email"], email="ann", nick=str(n)) for n in range(50))
    )

    assert sum(made for _, made in results) == 1
    assert len({person.id for person, _ in results}) == 1
    assert await people.count() == 1


async def test_upsert_item_touches_no_row_that_the_query_leaves_out():
    await people.create_item(email="ann", nick="a", active=False)

    with pytest.raises(NotFound) as caught:
        await ActivePeople().upsert_item(["email"], email="ann", nick="b")

    assert caught.value.message == "a Person stands in the way that the query leaves out"
    assert (await people.load_item(email="ann")).nick == "a"
    bob, made = await ActivePeople().upsert_item(["email"], email="bob", nick="x")
    changed, _ = await ActivePeople().upsert_item(["email"], email="bob", nick="y")
    assert (made, bob.id, changed.nick) == (True, changed.id, "y")


async def test_upsert_item_refuses_what_it_does_not_know():
    with pytest.raises(UnknownColumn):
        await people.upsert_item(["mail"], email="ann")
    with pytest.raises(UnknownColumn):
        await people.upsert_item(["email"], email="ann", nikc="a")
    with pytest.raises(QueryError) as caught:
        await people.upsert_item("email", email="ann")
    assert caught.value.message == "columns are named in a list"
