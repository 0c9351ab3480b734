"""Rows that a query loaded, written out by Pydantic."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from ferrule_core.database import connect
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.model.border import pydantic_schema
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl

pytestmark = pytest.mark.anyio


@pytest.fixture
def ferrule_template() -> list[str]:
    return [
        "CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, meta jsonb NOT NULL)"
    ]


class Note(Model, table="note"):
    id: Column[int] = identity(always=True)
    meta: Column[JsonValue]


async def test_documents_are_written_out_whether_or_not_somebody_read_them(
    database_url: DatabaseUrl,
):
    adapter = TypeAdapter(list[Note])
    async with connect(database_url):
        body = pydantic_schema(Note, "create").model_validate_json('{"meta": {"a": [1, null]}}')
        await Note.create(**body.model_dump())
        loaded = await Note.filter().all()
        assert adapter.dump_json(loaded) == b'[{"id":1,"meta":{"a":[1,null]}}]'
        partly = await Note.filter().only(Note.id).all()
        assert adapter.dump_python(partly) == [{"id": 1}]
