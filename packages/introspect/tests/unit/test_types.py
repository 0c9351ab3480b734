"""Arguments of types, from what ``format_type`` prints."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import TypeRef
from ferrule_introspect.assemble.types import TypeNames, read_arguments
from ferrule_introspect.rows import ModifierRow, TypeRow


@pytest.mark.parametrize(
    ("plain", "modified", "arguments"),
    [
        ("character varying", "character varying(20)", (20,)),
        ("numeric", "numeric(10,-2)", (10, -2)),
        ("numeric[]", "numeric(10,2)[]", (10, 2)),
        ("timestamp without time zone", "timestamp(3) without time zone", (3,)),
        ("interval", "interval year to month", ("year to month",)),
        ("interval", "interval day to second(3)", ("day to second", 3)),
        ("public.geometry", "public.geometry(Point,4326)", ("Point", 4326)),
        ('public."odd(9)"', 'public."odd(9)"(3)', (3,)),
    ],
)
def test_arguments_are_what_the_modifier_adds_to_the_name(
    plain: str, modified: str, arguments: tuple[int | str, ...]
):
    assert read_arguments(plain, modified) == arguments


def test_an_array_is_spelt_by_its_element_and_has_a_dimension_even_if_none_is_stored():
    types = TypeNames(
        [
            TypeRow(oid=1, schema="pg_catalog", name="varchar", element=None),
            TypeRow(oid=2, schema="pg_catalog", name="_varchar", element=1),
        ],
        [ModifierRow(2, 24, "character varying[]", "character varying(20)[]")],
    )

    assert types.reference(2, 24, 3) == TypeRef("pg_catalog", "varchar", (20,), 3)
    assert types.reference(2, -1, 0) == TypeRef("pg_catalog", "varchar", (), 1)
    assert types.reference(1, -1, 0) == TypeRef("pg_catalog", "varchar")
