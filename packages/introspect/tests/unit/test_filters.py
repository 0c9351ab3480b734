"""Which part of a database is read."""

from __future__ import annotations

import pytest

from ferrule_core.errors import UnknownObject
from ferrule_core.plugins.contracts import Scope
from ferrule_introspect.filters import choose_schemas, in_scope
from ferrule_introspect.rows import SchemaRow

SCHEMAS = [
    SchemaRow(oid=1, name="public", readable=True, of_extension=False),
    SchemaRow(oid=2, name="shop", readable=True, of_extension=False),
]


def test_a_scope_without_schemas_means_all():
    assert choose_schemas(SCHEMAS, Scope()) == SCHEMAS


def test_a_scope_names_the_schemas_that_it_means():
    assert choose_schemas(SCHEMAS, Scope(schemas=("shop",))) == SCHEMAS[1:]


def test_a_misspelt_schema_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownObject) as caught:
        choose_schemas(SCHEMAS, Scope(schemas=("shopp",)))

    assert caught.value.message == 'no such schema: "shopp"'
    assert caught.value.hint == 'did you mean "shop"?'


def test_an_unknown_schema_is_refused_with_all_names():
    with pytest.raises(UnknownObject) as caught:
        choose_schemas(SCHEMAS, Scope(schemas=("xyz",)))

    assert caught.value.hint == "the database has: public, shop"


@pytest.mark.parametrize(
    ("include", "exclude", "inside"),
    [
        ((), (), True),
        (("shop.*",), (), True),
        (("public.*",), (), False),
        (("public.*", "*.book"), (), True),
        (("shop.*",), ("*.book",), False),
        ((), ("*.author",), True),
        (("shop.BOOK",), (), False),
    ],
)
def test_patterns_decide_by_schema_and_name(
    include: tuple[str, ...], exclude: tuple[str, ...], inside: bool
):
    assert in_scope(Scope(include=include, exclude=exclude), "shop", "book") is inside
