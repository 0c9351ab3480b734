"""What the generator repeats of core must be what core has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ferrule_codegen.annotations import UNKNOWN, PythonType, TypeBook
from ferrule_codegen.imports import Imports
from ferrule_codegen.naming import reserved
from ferrule_codegen.render import lookups as rendered
from ferrule_codegen.render.sql_types import CONSTRUCTORS, MEANT_BY_ANNOTATION, type_argument
from ferrule_core.catalog import Catalog, TypeRef
from ferrule_core.mapping import types
from ferrule_core.mapping.mapped import ModelMeta
from ferrule_core.mapping.value_types import (
    ANY_VALUE,
    BOOLEAN,
    INTEGER,
    JSON,
    TEXT,
    TIMESTAMP,
    TSVECTOR,
    ValueType,
    array_type,
)
from ferrule_core.model.model import Model
from ferrule_core.plugins.builtin_types import builtin_types
from ferrule_core.query.lookups import lookups_for, transforms_for

BUILTIN = {mapping.name: mapping for mapping in builtin_types()}
TYPES = TypeBook(Catalog(), BUILTIN, {})


def python(name: str, dimensions: int = 0) -> PythonType:
    return TYPES.value_type(TypeRef("pg_catalog", name, (), dimensions))


def keywords(value: PythonType) -> set[str]:
    element = None if value.element is None else value.element.text
    column = rendered.AskedColumn(attribute="x", value=value, said=value.text, element=element)
    return {keyword for keyword, _ in rendered.column_fields(column, rendered.Words(Imports()))}


def test_no_column_hides_what_models_have():
    members = {name for name in {*dir(Model), *dir(ModelMeta)} if not name.startswith("_")}

    assert members <= reserved.MODEL_MEMBERS


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (python("text"), TEXT),
        (python("int4"), INTEGER),
        (python("timestamptz"), TIMESTAMP),
        (python("bool"), BOOLEAN),
        (python("int4", 1), array_type(INTEGER)),
        (python("jsonb"), JSON),
        (python("tsvector"), TSVECTOR),
        (python("daterange"), replace(ANY_VALUE, stored=types.Named("daterange"))),
        (python("inet"), replace(ANY_VALUE, stored=types.Named("inet"))),
        (UNKNOWN, ANY_VALUE),
    ],
)
def test_every_keyword_is_one_that_queries_know(value: PythonType, known: ValueType):
    parts = transforms_for(known)
    for keyword in keywords(value) - {"x"}:
        _, *words = keyword.split("__")
        if words[0] in parts:
            assert set(words[1:]) <= set(lookups_for(INTEGER))
        else:
            assert words[0] in lookups_for(known)
            assert words[1:] == []


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (python("text"), TEXT),
        (python("int4"), INTEGER),
        (python("timestamptz"), TIMESTAMP),
        (python("int4", 1), array_type(INTEGER)),
    ],
)
def test_every_look_up_of_queries_has_a_keyword(value: PythonType, known: ValueType):
    wanted = {"x", *(f"x__{name}" for name in [*lookups_for(known), *transforms_for(known)])}

    assert wanted <= keywords(value)


@pytest.mark.parametrize("name", sorted(CONSTRUCTORS))
def test_a_constructor_makes_the_type_that_it_stands_for(name):
    constructor: Any = getattr(types, CONSTRUCTORS[name])
    made: TypeRef = constructor()

    assert made.schema == "pg_catalog"
    assert made.name == name


@pytest.mark.parametrize(
    "ref",
    [
        TypeRef("pg_catalog", "numeric", (10, 2)),
        TypeRef("pg_catalog", "varchar", (20,), 2),
        TypeRef("pg_catalog", "bpchar"),
        TypeRef("pg_catalog", "bpchar", (3,)),
        TypeRef("pg_catalog", "bit", (1,)),
        TypeRef("pg_catalog", "interval", ("day to second", 3)),
        TypeRef("pg_catalog", "int4range"),
        TypeRef("shop", 'a "mood"', (), 1),
    ],
)
def test_what_a_model_says_of_a_type_is_the_type(ref):
    said = type_argument(ref, "types")

    assert said is not None
    assert eval(said, {"types": types}) == ref  # noqa: S307 - it is what models say


def test_plain_types_need_no_word():
    assert all(
        type_argument(TypeRef("pg_catalog", name), "t") is None for name in MEANT_BY_ANNOTATION
    )


def test_every_builtin_type_has_a_side_in_python():
    assert {m.annotation for m in BUILTIN.values() if m.import_from is None} == {
        "bool",
        "bytes",
        "float",
        "int",
        "dict[str, str | None]",
        "str",
        "tuple[int, int]",
    }
