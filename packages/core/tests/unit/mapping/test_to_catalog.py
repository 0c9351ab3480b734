"""What becomes a part of a catalog, in which order, and what is refused."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from ferrule_core.catalog import QualifiedName, TypeRef, dump_catalog, load_catalog
from ferrule_core.errors import ModelError
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.constraints import (
    check,
    exclude,
    primary_key,
    references,
    unique,
)
from ferrule_core.mapping.indexes import element, index
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.relations import (
    ForeignKey,
    ManyToMany,
    foreign_key,
    many_to_many,
)
from ferrule_core.mapping.to_catalog import to_catalog
from ferrule_core.mapping.user_types import domain, enum_type
from ferrule_core.model.model import Model, View


class Status(Enum):
    OPEN = "open"


class Author(Model, table="author", schema="shop"):
    id: Column[int] = identity()


class Book(Model, table="book", schema="shop"):
    id: Column[int] = identity()
    author_id: Column[int] = column(name="written by")
    author: ForeignKey[Author] = foreign_key("author_id")


class TestWhatIsInIt:
    def test_schemas_of_all_objects_are_in_it(self):
        class Elsewhere(Model, table="elsewhere"):
            id: Column[int] = identity()
            status: Column[str] = column(type=domain("status", types.Text(), schema="third"))

        catalog = to_catalog([Elsewhere, Author], schema="apart")

        assert [schema.name for schema in catalog.schemas] == ["apart", "shop", "third"]

    def test_the_order_of_the_models_does_not_matter(self):
        assert to_catalog([Author, Book]) == to_catalog([Book, Author])

    def test_it_can_be_kept_as_a_snapshot(self):
        catalog = to_catalog([Author, Book])

        assert load_catalog(dump_catalog(catalog)) == catalog

    def test_of_a_model_and_the_class_that_extends_it_the_latter_counts(self):
        class Base(Model, table="thing"):
            id: Column[int] = identity()

        class Thing(Base):
            note: Column[str | None]

        for declared in ([Base, Thing], [Thing, Base]):
            (table,) = to_catalog(declared).tables
            assert [column.name for column in table.columns] == ["id", "note"]

    def test_what_has_no_table_of_its_own_is_left_out(self):
        class Base(Model, abstract=True):
            id: Column[int] = identity()

        class Seen(View, table="seen"):
            id: Column[int]

        class Hidden(Model, table="hidden", fetchable=False):
            id: Column[int] = identity()

        assert to_catalog([Base, Seen, Hidden]) == to_catalog([])

    def test_columns_are_named_by_their_own_names(self):
        (_, book) = to_catalog([Author, Book]).tables

        assert book.foreign_keys[0].columns == ("written by",)
        assert book.foreign_keys[0].name == "book_written by_fkey"

    def test_a_key_that_is_no_constraint_is_none(self):
        class Loose(Model, table="loose"):
            id: Column[int] = identity()
            author: ForeignKey[Author] = foreign_key("id", constraint=False)

        (table,) = to_catalog([Loose]).tables

        assert table.foreign_keys == ()

    def test_a_name_that_is_said_is_not_given_to_another(self):
        class Twice(Model, table="twice"):
            __constraints__ = (check("n > 2", name="twice_n_check"),)
            __indexes__ = (index("n", name="twice_n_key"),)

            n: Column[int] = column(primary_key=True, unique=True, check="n > 1")

        (table,) = to_catalog([Twice]).tables

        assert [one.name for one in table.uniques] == ["twice_n_key1"]
        assert [(one.name, one.expression) for one in table.checks] == [
            ("twice_n_check", "n > 2"),
            ("twice_n_check1", "n > 1"),
        ]

    def test_columns_that_only_literals_and_casts_name_are_not_what_a_check_is_about(self):
        class Said(Model, table="said"):
            __constraints__ = (
                check("\"Kind\" = 'n' AND $$ n $$ <> E'\\'n' AND \"Kind\"::n IS NOT NULL"),
                check("n(kind) > N"),
            )

            n: Column[int] = column(primary_key=True)
            kind: Column[str] = column(name="Kind")

        (table,) = to_catalog([Said]).tables

        assert [one.name for one in table.checks] == ["said_Kind_check", "said_n_check"]


class TestTypes:
    def test_a_type_that_is_said_counts_whatever_the_annotation_is(self):
        class Typed(Model, table="typed"):
            id: Column[int] = identity(type=types.SmallInt())
            status: Column[Status] = column(type=types.Text())
            named: Column[Status] = column(type=types.Named("state", schema="shop"))

        catalog = to_catalog([Typed])

        assert [column.type.name for column in catalog.tables[0].columns] == [
            "int2",
            "text",
            "state",
        ]
        assert [enum.name for enum in catalog.enums] == [QualifiedName("shop", "state")]

    def test_an_enum_of_no_column_is_made_where_it_is_given(self):
        @enum_type("alone", schema="shop", comment="Lonely")
        class Alone(Enum):
            ONE = "one"

        (enum,) = to_catalog([Alone]).enums

        assert (enum.name, enum.labels, enum.comment) == (
            QualifiedName("shop", "alone"),
            ("one",),
            "Lonely",
        )

    def test_a_domain_is_the_same_type_in_an_array(self):
        isbn = domain("isbn", types.Text(), schema="shop")

        class Typed(Model, table="typed"):
            id: Column[int] = identity()
            all: Column[list[str]] = column(type=types.Array(isbn))

        (table,) = to_catalog([Typed]).tables

        assert table.columns[1].type == TypeRef("shop", "isbn", (), 1)

    @pytest.mark.parametrize("annotation", ["object", "Any", "int | str", "tuple[float, float]"])
    def test_an_annotation_that_tells_no_type_is_refused(self, annotation: str):
        body = {
            "__module__": __name__,
            "__qualname__": "Odd",
            "__annotations__": {"what": f"Column[{annotation}]"},
        }
        odd = type(Model)("Odd", (Model,), body, table="odd")

        with pytest.raises(ModelError) as caught:
            to_catalog([odd])

        assert "Odd.what does not say what its type is in SQL" in str(caught.value)
        assert "write column(type=...)" in str(caught.value)

    def test_json_is_null_only_where_the_annotation_says_so(self):
        class Typed(Model, table="typed"):
            id: Column[int] = identity()
            always: Column[JsonValue]
            maybe: Column[JsonValue | None]

        (table,) = to_catalog([Typed]).tables

        assert [column.nullable for column in table.columns] == [False, False, True]


class TestWhatIsRefused:
    def test_a_constraint_that_names_what_is_no_column(self):
        class Odd(Model, table="odd"):
            __constraints__ = (unique("titel"),)

            id: Column[int] = identity()
            title: Column[str]

        with pytest.raises(ModelError) as caught:
            to_catalog([Odd])

        assert 'a constraint or index of Odd names "titel", which is no column' in str(caught.value)
        assert "title" in (caught.value.hint or "")

    def test_an_index_over_an_expression_without_parentheses(self):
        class Odd(Model, table="odd"):
            __indexes__ = (index("lower(whatever)"),)

            id: Column[int] = identity()

        with pytest.raises(ModelError) as caught:
            to_catalog([Odd])

        assert 'an expression stands in parentheses: "(lower(title))"' in str(caught.value)

    def test_two_models_of_one_table(self):
        class One(Model, table="same"):
            id: Column[int] = identity()

        class Other(Model, table="same"):
            id: Column[int] = identity()

        with pytest.raises(ModelError, match=r"two models declare public\.same: .*One and .*Other"):
            to_catalog([One, Other])

    def test_an_enum_that_is_declared_in_two_ways(self):
        @enum_type("status", schema="public")
        class Other(Enum):
            CLOSED = "closed"

        class Odd(Model, table="odd"):
            id: Column[int] = identity()
            one: Column[Status]
            two: Column[Other]

        with pytest.raises(
            ModelError, match=r"the enum public\.status is declared in two ways, .* by Other"
        ):
            to_catalog([Odd])

    def test_labels_that_are_no_text(self):
        with pytest.raises(ModelError, match=r"Odd\.ONE has the value 1, which is no label"):

            @enum_type("odd")
            class Odd(Enum):
                ONE = 1

    def test_a_domain_that_is_declared_in_two_ways(self):
        class Odd(Model, table="odd"):
            id: Column[int] = identity()
            one: Column[str] = column(type=domain("d", types.Text()))
            two: Column[str] = column(type=domain("d", types.Varchar(3)))

        with pytest.raises(ModelError, match=r"the domain public\.d is declared in two ways"):
            to_catalog([Odd])

    def test_a_composite_that_is_declared_in_two_ways(self):
        class One(Composite, type="pair"):
            a: int

        class Other(Composite, type="pair"):
            a: str

        class Odd(Model, table="odd"):
            id: Column[int] = identity()
            one: Column[One]
            two: Column[list[Other]]

        with pytest.raises(ModelError) as caught:
            to_catalog([Odd])

        assert caught.value.message == (
            "the composite type public.pair is declared in two ways, the second time by Other"
        )

    def test_an_attribute_whose_type_nothing_tells(self):
        class Vague(Composite, type="vague"):
            part: object

        with pytest.raises(ModelError, match=r"Vague\.part does not say what its type is in SQL"):
            to_catalog([Vague])

    def test_relations_that_differ_about_a_junction(self):
        class Tag(Model, table="tag"):
            id: Column[int] = identity()
            things: ManyToMany[Thing] = many_to_many(
                through="thing_tag", columns=["label"], target_columns=["thing_id"]
            )

        class Thing(Model, table="thing"):
            id: Column[int] = identity()
            tags: ManyToMany[Tag] = many_to_many(through="thing_tag")

        with pytest.raises(ModelError, match=r"differ about the table public\.thing_tag"):
            to_catalog([Tag, Thing])

    def test_a_junction_of_which_one_side_is_missing(self):
        class Far(Model, table="far"):
            id: Column[int] = identity()

        class Near(Model, table="near"):
            id: Column[int] = identity()
            fars: ManyToMany[Far] = many_to_many(through="near_far")

        with pytest.raises(
            ModelError, match=r"connects public\.far, which is not among the models"
        ):
            to_catalog([Near])

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (unique, "a unique constraint needs the columns that it is over"),
            (primary_key, "a primary key needs the columns that it is over"),
            (exclude, "an exclusion needs the columns that it is over"),
            (
                lambda: unique("a", initially_deferred=True),
                "a constraint is initially_deferred, and not deferrable",
            ),
            (
                lambda: foreign_key("a", initially_deferred=True),
                "a constraint is initially_deferred, and not deferrable",
            ),
            (
                lambda: foreign_key("a", on_delete_columns=["a"]),
                "a foreign key has on_delete_columns, and nothing is done to them",
            ),
            (
                lambda: foreign_key("a", on_delete="set null", on_delete_columns=["b"]),
                'on_delete_columns names "b", which is not in the key',
            ),
            (
                lambda: references("a", table="t", target_columns=["b", "c"]),
                "a foreign key has 1 columns, and refers to 2",
            ),
        ],
    )
    def test_options_without_a_meaning(self, make: Any, message: str):
        with pytest.raises(ModelError) as caught:
            make()

        assert message in str(caught.value)


def test_an_element_can_be_said_by_its_text_or_by_name():
    assert element("-title") == element("title", descending=True)
