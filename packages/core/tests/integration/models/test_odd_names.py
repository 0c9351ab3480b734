"""Tables and columns whose names are keywords, methods of models, or need quoting."""

from __future__ import annotations

import pytest

from ferrule_core.database import Database
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func

pytestmark = pytest.mark.anyio


class Order(Model, table="order"):
    class_: Column[str] = column(name="class", primary_key=True)
    count: Column[int] = server_default("0")
    filter_: Column[str | None] = column(name="filter", default=None)
    save_: Column[bool | None] = column(name="save", default=None)
    select: Column[str | None] = column(default=None)
    a_b: Column[int | None] = column(name='a"b', default=None)
    user__name: Column[str | None] = column(name="user name", default=None)
    self: Column[int | None] = column(default=None)
    rest: Column[int | None] = column(default=None)
    row: Column[int | None] = column(default=None)
    o0: Column[int | None] = column(default=None)
    rows: Column[int | None] = column(default=None)
    _hidden: Column[int | None] = column(name="hidden", default=None)
    parent_: Column[str | None] = column(name="t", default=None)
    parent: ForeignKey[Order | None] = foreign_key("parent_")
    t: ForeignKey[Order | None] = foreign_key("parent_")


@pytest.fixture(autouse=True)
async def columns(db: Database) -> None:
    await db.execute(
        'ALTER TABLE "order" ADD self integer, ADD rest integer, ADD row integer, ADD o0 integer,'
        " ADD rows integer, ADD t text, ADD hidden integer"
    )


async def test_a_row_is_written_and_read():
    await Order.create(
        class_="a",
        count=2,
        filter_="f",
        save_=True,
        select="s",
        a_b=1,
        user__name="n",
        self=3,
        rest=4,
        row=5,
        o0=6,
        rows=7,
    )

    order = await Order.get(class_="a", self=3, rest=4, row=5, rows=7, user__name="n")

    assert (order.class_, order.count, order.filter_, order.save_) == ("a", 2, "f", True)
    assert (order.select, order.a_b, order.user__name) == ("s", 1, "n")
    assert (order.self, order.rest, order.row, order.o0, order.rows) == (3, 4, 5, 6, 7)


async def test_a_row_is_updated_by_instance_and_by_query():
    order = await Order.create(class_="a")
    order.a_b = 5
    order.user__name = "x"
    await order.save()

    changed = await Order.filter(Order.a_b == 5).update(save_=False, filter_=Order.class_)

    assert changed == 1
    assert (await Order.get(save_=False)).filter_ == "a"


async def test_names_with_two_underscores_are_found_before_they_are_taken_apart():
    await Order.create(class_="a", user__name="Ann")

    assert await Order.filter(user__name__istartswith="an").count() == 1
    assert await Order.filter().order_by("-user__name").values("user__name", n=Order.count) == [
        {"user__name": "Ann", "n": 0}
    ]


async def test_names_that_begin_or_end_in_an_underscore_take_look_ups_and_relations():
    await Order.create(class_="a", _hidden=1)
    await Order.create(class_="b", parent_="a")

    assert await Order.filter(class___startswith="b").count() == 1
    assert await Order.filter(_hidden__gt=0).count() == 1
    assert await Order.filter(t___hidden=1).count() == 1
    assert await Order.filter(parent__class___in=["a"]).count() == 1
    assert await Order.filter(t___hidden__gte=1, parent_="a").count() == 1


async def test_relations_may_be_named_like_what_statements_use():
    await Order.create(class_="a")
    await Order.create(class_="b", parent_="a")

    found = await Order.filter(Order.t.class_ == "a").include(Order.t, Order.parent).get()

    assert found.t is not None
    assert found.parent is not None
    assert (found.t.class_, found.parent.class_) == ("a", "a")
    assert await Order.filter(parent__parent=None).count() == 2


async def test_names_that_callers_give_to_values_are_only_keys_of_dictionaries():
    await Order.create(class_="a")
    names = ['x"; DROP TABLE "order"; --', "", "SELECT", "\0", "class"]

    found = await Order.filter().values(**dict.fromkeys(names, Order.count + 1))
    totals = await Order.filter().aggregate(**{name: func.count() for name in names})

    assert found == [dict.fromkeys(names, 1)]
    assert totals == dict.fromkeys(names, 1)


async def test_a_long_way_through_relations_has_names_that_the_server_can_hold(db: Database):
    class Employee(Model, table="employee"):
        id: Column[int] = identity()
        the_one_who_is_responsible_id: Column[int | None] = column(default=None)
        the_one_who_is_responsible: ForeignKey[Employee | None] = foreign_key(
            "the_one_who_is_responsible_id"
        )

    await db.execute(
        "CREATE TABLE employee (id bigint PRIMARY KEY, the_one_who_is_responsible_id bigint)"
    )
    await Employee.bulk_create(
        [Employee(id=n, the_one_who_is_responsible_id=n - 1 or None) for n in range(1, 7)]
    )
    above = Employee.the_one_who_is_responsible.the_one_who_is_responsible
    top = above.the_one_who_is_responsible.the_one_who_is_responsible

    found = await Employee.filter(top.id == 1).include(top.the_one_who_is_responsible).all()

    assert [employee.id for employee in found] == [5]
