from __future__ import annotations

import keyword
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_codegen.naming.assign import assign_names
from ferrule_codegen.naming.plurals import plural, singular
from ferrule_codegen.naming.words import ascii_module, camel_case, snake_case, words_of
from ferrule_core.catalog import Catalog, Column, Enum, QualifiedName, Table, TypeRef
from ferrule_core.errors import GenerationError

POSTGRES_NAMES = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)


def tables(*names: str, schema: str = "public", columns: tuple[str, ...] = ("id",)) -> Catalog:
    integer = TypeRef("pg_catalog", "int4")
    return Catalog(
        tables=tuple(
            Table(
                name=QualifiedName(schema, name),
                columns=tuple(Column(name=column, type=integer) for column in columns),
            )
            for name in names
        )
    )


def classes(catalog: Catalog, **wishes: str) -> dict[str, str]:
    return {
        f"{name.schema}.{name.name}": chosen
        for name, chosen in assign_names(catalog, wishes).classes.items()
    }


def attributes(*columns: str) -> list[str]:
    names = assign_names(tables("t", columns=columns), {})
    return list(names.attributes[QualifiedName("public", "t")].values())


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("categories", "category"),
        ("statuses", "status"),
        ("addresses", "address"),
        ("people", "person"),
        ("children", "child"),
        ("series", "series"),
        ("news", "news"),
        ("houses", "house"),
        ("caches", "cache"),
        ("branches", "branch"),
        ("databases", "database"),
        ("viruses", "virus"),
        ("analyses", "analysis"),
        ("movies", "movie"),
        ("archives", "archive"),
        ("salesmen", "salesman"),
        ("employees", "employee"),
        ("keys", "key"),
    ],
)
def test_plurals_and_singulars_are_each_others_reverse(several, one):
    assert singular(several) == one
    assert plural(one) == several
    assert singular(one) == one
    assert plural(several) == several


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("user_id", ["user", "id"]),
        ("userID", ["user", "id"]),
        ("HTTPServer", ["http", "server"]),
        ("user-id", ["user", "id"]),
        ("user__id", ["user", "id"]),
        ("USER_ID", ["user", "id"]),
        ("address2", ["address2"]),
        ("ﬁeld", ["field"]),
        ("straße", ["straße"]),
        ("???", ["u3f", "u3f", "u3f"]),
        ("😀", ["u1f600"]),
    ],
)
def test_a_name_is_taken_apart_into_lower_case_words(name, words):
    assert words_of(name) == words


@given(POSTGRES_NAMES)
def test_any_name_gives_valid_identifiers(name):
    words = words_of(name)

    for made in (snake_case(words, prefix="column"), camel_case(words, prefix="Table")):
        assert made.isidentifier()
        assert unicodedata.normalize("NFKC", made) == made
        assert "__" not in made
        assert not made.startswith("_")
    module = ascii_module(words)
    assert module.isascii()
    assert module.isidentifier()
    assert module == module.lower()


@given(st.lists(POSTGRES_NAMES, min_size=1, max_size=8, unique=True))
def test_names_are_unique_and_none_is_a_keyword(names):
    catalog = tables(*names, columns=tuple(names))

    given_names = assign_names(catalog, {})

    assert len(set(given_names.classes.values())) == len(names)
    assert len({module.casefold() for module in given_names.modules.values()}) == len(names)
    for chosen in given_names.attributes.values():
        assert list(chosen) == names
        assert len(set(chosen.values())) == len(names)
        assert not any(keyword.iskeyword(attribute) for attribute in chosen.values())


def test_classes_are_singular_and_in_camel_case():
    assert classes(tables("order_items", "People", "user")) == {
        "public.order_items": "OrderItem",
        "public.People": "Person",
        "public.user": "User",
    }


def test_tables_whose_names_become_equal_get_longer_names():
    assert classes(tables("person", "people", "KeyValue", "key_value", "key value")) == {
        "public.KeyValue": "KeyValue",
        "public.key value": "PublicKeyValue",
        "public.key_value": "PublicKeyValue_2",
        "public.people": "Person",
        "public.person": "PublicPerson",
    }


def test_the_same_table_in_another_schema_is_named_with_it():
    both = Catalog(
        tables=(*tables("user").tables, *tables("user", schema="auth").tables),
    )

    assert classes(both) == {"auth.user": "AuthUser", "public.user": "User"}


def test_a_new_table_never_takes_the_name_of_one_that_is_known():
    before = classes(tables("person"))

    after = classes(tables("people", "person"), **before)

    assert after == {"public.people": "People", "public.person": "Person"}


def test_columns_that_clash_get_an_underscore_or_a_number():
    assert attributes("class", "filter", "class_", "save", "id", "type") == [
        "class_",
        "filter_",
        "class_2",
        "save_",
        "id",
        "type",
    ]
    assert attributes("user_id", "userId", "UserID", "user id", "user__id") == [
        "user_id",
        "user_id_2",
        "user_id_3",
        "user_id_4",
        "user_id_5",
    ]


def test_columns_without_letters_or_with_a_leading_digit_have_names_that_stay():
    assert attributes("123abc", "???", "😀", "_", "a__b") == [
        "column_123abc",
        "u3f_u3f_u3f",
        "u1f600",
        "u5f",
        "a_b",
    ]


def test_labels_of_an_enum_become_members_in_capitals():
    labels = ("on sale", "out-of-print", "", "1", "01", "None", "mro", "a-b", "a b", "😀", "é")
    mood = Enum(name=QualifiedName("public", "mood"), labels=labels)

    members = assign_names(Catalog(enums=(mood,)), {}).members[mood.name]

    assert list(members.items()) == [
        ("on sale", "ON_SALE"),
        ("out-of-print", "OUT_OF_PRINT"),
        ("", "EMPTY"),
        ("1", "VALUE_1"),
        ("01", "VALUE_01"),
        ("None", "NONE"),
        ("mro", "MRO"),
        ("a-b", "A_B"),
        ("a b", "A_B_2"),
        ("😀", "U1F600"),
        ("é", "É"),
    ]


def test_wishes_come_before_rules():
    wishes = {"public.books": "Volume", "public.books.class": "shelf_class"}
    catalog = tables("books", "volume", columns=("class", "shelf_class"))

    names = assign_names(catalog, wishes)

    assert names.classes[QualifiedName("public", "books")] == "Volume"
    assert names.modules[QualifiedName("public", "books")] == "volume"
    assert names.classes[QualifiedName("public", "volume")] == "PublicVolume"
    assert names.attributes[QualifiedName("public", "books")] == {
        "class": "shelf_class",
        "shelf_class": "shelf_class_2",
    }


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("a b", 'the name "a b" for "public.t.id" is not a Python identifier'),
        ("class", 'the name "class" for "public.t.id" is not a Python identifier'),
        ("ﬁeld", 'the name "ﬁeld" for "public.t.id" is not a Python identifier'),
        ("filter", 'the name "filter" for "public.t.id" is reserved'),
        ("a__b", 'the name "a__b" for "public.t.id" is reserved'),
        ("_id", 'the name "_id" for "public.t.id" is reserved'),
    ],
)
def test_a_wish_that_python_or_models_cannot_fulfil_is_refused(wish, message):
    with pytest.raises(GenerationError) as caught:
        assign_names(tables("t"), {"public.t.id": wish})

    assert caught.value.message == message


def test_a_class_cannot_be_called_as_a_module():
    with pytest.raises(GenerationError) as caught:
        assign_names(tables("a"), {"public.a": "thing"})

    assert caught.value.message == 'the name "thing" for "public.a" begins with a small letter'


def test_one_wish_for_two_tables_is_refused():
    with pytest.raises(GenerationError) as caught:
        assign_names(tables("a", "b"), {"public.a": "Same", "public.b": "Same"})

    assert caught.value.message == 'the name "Same" for "public.b" is taken'


def test_a_module_is_never_a_file_of_the_package_itself_or_of_the_system():
    names = assign_names(tables("managers", "con", "conftest", "enums", "class", "setup"), {})

    assert sorted(names.modules.values()) == [
        "class_",
        "con_",
        "conftest_",
        "enum",
        "manager",
        "setup_",
    ]


def test_views_are_named_after_tables(shop):
    moved = replace(shop.views[0], name=QualifiedName("shop", "books"))

    assert classes(replace(shop, views=(moved,)))["shop.books"] == "Books"
