"""What a class body may say, what is refused, and what becomes of names in other modules."""

from __future__ import annotations

import sys
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ferrule_core.errors import ModelError
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.constraints import primary_key
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model, View

if TYPE_CHECKING:
    from decimal import Decimal


class Plain(Model, table="plain", schema="shop", database="other", comment="said"):
    """Something plain."""

    id: Column[int] = identity()
    name: Column[str] = column(name="full name", default="x")
    tags: Column[list[str]] = column(default=["a"])
    made: Column[int] = column(default_factory=lambda: 7)
    total: Column[int] = generated("id * 2")
    note: Column[str | None]
    plural: ClassVar[str] = "plains"

    @property
    def shout(self) -> str:
        return self.name.upper()


class TestWhatAClassSays:
    def test_the_table_has_what_the_class_statement_says(self):
        table = Plain.__table__

        assert (table.name, table.schema, table.database) == ("plain", "shop", "other")
        assert table.comment == "said"
        assert list(table.columns) == ["id", "name", "tags", "made", "total", "note"]
        assert [c.attribute for c in table.primary_key] == ["id"]
        assert table.columns["name"].name == "full name"

    def test_nothing_of_a_column_stands_on_the_class(self):
        assert not {"id", "name", "tags"} & set(vars(Plain))
        assert isinstance(Plain.name, Column)
        assert Plain.name is Plain.name
        assert "name" in dir(Plain)

    def test_what_is_no_column_stays(self):
        assert Plain.plural == "plains"
        assert Plain(note=None).shout == "X"
        assert Plain.__doc__ == "Something plain."

    def test_defaults_are_never_shared(self):
        one, other = Plain(note=None), Plain(note=None)
        one.tags.append("b")

        assert (other.tags, Plain(note=None).tags) == (["a"], ["a"])
        assert other.made == 7

    def test_columns_are_inherited_from_abstract_classes(self):
        class Stamped(Model, abstract=True, database="other"):
            made: Column[date] = server_default("now()")

        class Named(Model, abstract=True):
            name: Column[str]

        class Thing(Stamped, Named, table="thing"):
            id: Column[int] = identity()

        assert list(Thing.__table__.columns) == ["name", "made", "id"]
        assert Thing.__table__.database == "other"

    def test_a_class_that_extends_a_model_has_its_table(self):
        class Base(Model, table="base", schema="s"):
            id: Column[int] = identity()

        class Extended(Base):
            @property
            def twice(self) -> int:
                return self.id * 2

        assert (Extended.__table__.name, Extended.__table__.schema) == ("base", "s")
        assert Extended(id=2).twice == 4

    def test_the_key_can_be_said_in_another_order_than_the_columns(self):
        class Pair(Model, table="pair"):
            __constraints__ = (primary_key("b", "a", name="pair_key"),)

            a: Column[int]
            b: Column[int]

        assert [c.attribute for c in Pair.__table__.primary_key] == ["b", "a"]

    def test_a_row_can_be_compared_hashed_and_shown(self):
        one, same, other, new = (
            Plain(id=1, note=None),
            Plain(id=1, note="x"),
            Plain(id=2, note=""),
            Plain(note=None),
        )

        assert one == same
        assert one != other
        assert new != Plain(note=None)
        assert len({one, same, other}) == 2
        assert repr(other) == "Plain(id=2, name='x', tags=['a'], made=7, note='')"
        assert hash(new) == object.__hash__(new)


class TestWhatIsRefused:
    def test_a_model_without_a_table(self):
        with pytest.raises(ModelError, match="Lost does not say which table it is for"):

            class Lost(Model):
                id: Column[int]

    def test_an_annotation_that_is_no_column(self):
        with pytest.raises(
            ModelError, match=r"Odd\.size is neither a column nor a relation"
        ) as caught:

            class Odd(Model, table="odd"):
                size: int = 3

        assert "ClassVar" in str(caught.value)

    def test_a_column_without_an_annotation(self):
        with pytest.raises(ModelError, match=r"Odd\.size has no annotation"):

            class Odd(Model, table="odd"):
                size = column()

    def test_a_default_that_is_just_assigned(self):
        with pytest.raises(ModelError, match=r"write column\(default=...\) for a default"):

            class Odd(Model, table="odd"):
                size: Column[int] = 3

    def test_a_relation_that_does_not_say_what_makes_it(self):
        with pytest.raises(ModelError, match=r"assign foreign_key\(...\)"):

            class Odd(Model, table="odd"):
                other: ForeignKey[Plain]

        with pytest.raises(ModelError, match=r"assign many_to_many\(...\)"):

            class Odder(Model, table="odd"):
                other: ManyToMany[Plain] = foreign_key("x")

    @pytest.mark.parametrize("name", ["filter", "save", "mro", "__class_", "delete", "get"])
    def test_a_name_that_every_model_has_or_that_cannot_be_one(self, name: str):
        body = {"__annotations__": {name: "Column[int]"}, "__module__": __name__}

        with pytest.raises(ModelError) as caught:
            type(Model)("Odd", (Model,), {**body, "__qualname__": "Odd"}, table="odd")

        assert f'"{name}" of Odd' in str(caught.value)
        assert f'call the attribute "{name}_" and say name="{name}"' in str(caught.value)

    @pytest.mark.parametrize("name", ["class", "a b", "x=1)\n    import os\n    (y", "1a", ""])
    def test_a_name_that_is_no_identifier_never_becomes_code(self, name: str):
        body = {"__annotations__": {name: "Column[int]"}, "__module__": __name__}

        with pytest.raises(ModelError, match="cannot be the name of an attribute"):
            type(Model)("Odd", (Model,), {**body, "__qualname__": "Odd"}, table="odd")

    def test_both_kinds_of_default_at_once(self):
        with pytest.raises(ModelError, match="a default or a default_factory, not both"):
            column(default=1, default_factory=int)

    def test_a_key_of_columns_that_are_not_there(self):
        with pytest.raises(ModelError, match='names "b", which is no column'):

            class Odd(Model, table="odd"):
                __constraints__ = (primary_key("a", "b"),)

                a: Column[int]

    def test_an_abstract_model_has_no_rows(self):
        class Base(Model, abstract=True):
            id: Column[int] = identity()

        with pytest.raises(ModelError, match="Base is abstract and has no table"):
            Base.filter().sql()
        with pytest.raises(ModelError, match="Base is abstract and has no table"):
            Base(id=1)

    def test_an_annotation_that_is_imported_for_checkers_only(self):
        class Odd(Model, table="odd"):
            price: Column[Decimal]

        with pytest.raises(ModelError, match='names "Decimal", which') as caught:
            _ = Odd.price

        assert "if TYPE_CHECKING" in str(caught.value)


class TestRelationsToOtherModels:
    def test_names_that_are_defined_later_in_the_same_function(self):
        class Child(Model, table="child"):
            id: Column[int] = identity()
            parent_id: Column[int]
            parent: ForeignKey[Parent] = foreign_key("parent_id")

        class Parent(Model, table="parent"):
            id: Column[int] = identity()
            children: InverseForeignKey[Child] = inverse_foreign_key("Child.parent")

        assert Child.__table__.link("parent").target is Parent.__table__
        assert Parent.__table__.link("children").target is Child.__table__

    def test_a_class_of_the_same_name_elsewhere_does_not_matter(self):
        class Plain(Model, table="inner"):
            id: Column[int] = identity()

        class Child(Model, table="child"):
            plain_id: Column[int]
            plain: ForeignKey[Plain] = foreign_key("plain_id")

        assert Child.__table__.link("plain").target.name == "inner"

    def test_a_class_that_extends_the_target_is_meant(self):
        class Base(Model, table="base"):
            id: Column[int] = identity()

        class Child(Model, table="child"):
            base_id: Column[int]
            base: ForeignKey[Base] = foreign_key("base_id")

        class Extended(Base):
            pass

        assert Child.__table__.link("base").target is Extended.__table__

    def test_a_name_that_nobody_has(self):
        class Child(Model, table="child"):
            parent_id: Column[int]
            parent: ForeignKey[Nobody] = foreign_key("parent_id")  # noqa: F821

        with pytest.raises(ModelError, match='Child refers to "Nobody", and no model of that name'):
            Child.filter(parent__id=1)

    def test_a_name_that_two_modules_have(self):
        for module in ("ferrule_test_one", "ferrule_test_two"):
            make_module(module, TWIN)

        class Child(Model, table="child"):
            twin_id: Column[int]
            twin: ForeignKey[Twin] = foreign_key("twin_id")  # noqa: F821

        class Chosen(Model, table="child"):
            twin_id: Column[int]
            twin: ForeignKey[ferrule_test_two.Twin] = foreign_key("twin_id")  # noqa: F821

        with pytest.raises(ModelError) as caught:
            Child.filter(twin__id=1)
        assert '"ferrule_test_one.Twin" and "ferrule_test_two.Twin"' in str(caught.value)
        assert Chosen.__table__.link("twin").target.module == "ferrule_test_two"

    def test_a_name_is_looked_for_in_the_same_module_and_package_first(self):
        make_module("ferrule_test_pkg", "")
        make_module("ferrule_test_pkg.near", TWIN)
        make_module("ferrule_test_far", TWIN)
        module = make_module("ferrule_test_pkg.child", CHILD)

        assert module.Child.__table__.link("twin").target.module == "ferrule_test_pkg.near"

    def test_several_keys_to_one_table_need_their_columns_named(self):
        class Person(Model, table="person"):
            id: Column[int] = identity()
            friends: ManyToMany[Person] = many_to_many(through="friend")
            known: ManyToMany[Person] = many_to_many(
                through="friend", columns=["one"], target_columns=["other"]
            )

        with pytest.raises(ModelError, match=r"Person\.friends connects a table with itself"):
            Person.__table__.link("friends")
        junction = Person.__table__.link("known").junction
        assert junction is not None
        assert (junction.columns, junction.target_columns) == (("one",), ("other",))

    @pytest.mark.parametrize(
        ("declare", "text"),
        [
            (foreign_key, "a foreign key needs the columns"),
            (lambda: inverse_foreign_key("Book"), '"Book" does not name a foreign key'),
        ],
    )
    def test_declarations_that_say_too_little(self, declare, text):
        with pytest.raises(ModelError, match=text):
            declare()

    def test_keys_that_do_not_fit(self):
        class Two(Model, table="two"):
            a: Column[int] = column(primary_key=True)
            b: Column[int] = column(primary_key=True)

        class Wrong(Model, table="wrong"):
            a: Column[int]
            two: ForeignKey[Two] = foreign_key("a")
            by: ForeignKey[Two] = foreign_key("a", references=["b"])
            nothing: ForeignKey[Two] = foreign_key("c")
            many: ManyToMany[Two] = many_to_many(
                through="x", columns=["wrong_id"], target_columns=["two_id"]
            )
            ones: InverseForeignKey[Two] = inverse_foreign_key("Two.wrong")

        link = Wrong.__table__.link
        with pytest.raises(ModelError, match=r"Wrong\.two has 1 columns, and refers to 2 of Two"):
            link("two")
        assert [c.attribute for c in link("by").remote] == ["b"]
        with pytest.raises(ModelError, match='Wrong has no column "c"'):
            link("nothing")
        with pytest.raises(ModelError, match="names 1 columns for the key"):
            link("many")
        with pytest.raises(ModelError, match='wrong" is no foreign key'):
            link("ones")


TWIN = """
from __future__ import annotations
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.model.model import Model

class Twin(Model, table="twin"):
    id: Column[int] = identity()
"""

CHILD = """
from __future__ import annotations
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model

class Child(Model, table="child"):
    twin_id: Column[int]
    twin: ForeignKey[Twin] = foreign_key("twin_id")
"""


def make_module(name: str, source: str) -> Any:
    """A module of that source, as an import would make it."""
    module = ModuleType(name)
    sys.modules[name] = module
    code = compile(source, name, "exec", dont_inherit=True)
    exec(code, vars(module))  # noqa: S102 - the sources above
    return module


EAGER = """
from typing import Optional
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model

class Other(Model, table="other"):
    id: Column[Optional[int]] = identity()

class Eager(Model, table="eager"):
    other_id: "Column[int]"
    other: ForeignKey["Other"] = foreign_key("other_id")
    another: "ForeignKey[Optional[Other]]" = foreign_key("other_id")
"""


def test_annotations_that_are_evaluated_at_once_are_understood():
    module = make_module("ferrule_test_eager", EAGER)
    table = module.Eager.__table__

    assert table.link("other").target is module.Other.__table__
    assert table.link("another").target is module.Other.__table__
    assert [table.link(name).nullable for name in ("other", "another")] == [False, True]
    assert module.Other.id.value_type.nullable


class TestTypes:
    @pytest.mark.parametrize(
        ("spelt", "sql"),
        [
            (types.Numeric(10, 2), "numeric(10,2)"),
            (types.Varchar(20), "character varying(20)"),
            (types.Char(), "character(1)"),
            (types.Array(types.Integer(), 2), "integer[][]"),
            (types.Array(types.Varchar(5)), "character varying(5)[]"),
            (types.TimestampTz(3), "timestamp(3) with time zone"),
            (types.Interval("day to second", 3), "interval day to second(3)"),
            (types.Named("book_status", schema="shop"), '"shop"."book_status"'),
            (types.Named("inet"), '"inet"'),
        ],
    )
    def test_types_are_spelt_as_postgresql_has_them(self, spelt, sql):
        assert spelt.sql == sql

    def test_views_have_no_verbs_that_write(self):
        class Cheap(View, table="cheap"):
            id: Column[int]

        assert not {"create", "save", "delete", "bulk_create"} & set(dir(Cheap))
