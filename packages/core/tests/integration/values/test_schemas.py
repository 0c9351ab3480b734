"""Each type of PostgreSQL through Pydantic and FastAPI: what is sent is what was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from packages.core.tests.integration.values import holders
from packages.core.tests.integration.values.kinds import Kind
from packages.core.tests.integration.values.test_kinds import cases, exactly
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_values import JSON_NULL, DecimalJson, JsonNull
from ferrule_core.mapping.moments import Beyond, Infinite
from ferrule_core.model.border import pydantic_schema
from ferrule_core.model.model import Model


def shown(value: Any) -> Any:
    """What is read of what was shown: JSON's null is not told from NULL there."""
    if value is JSON_NULL:
        return None
    return [shown(one) for one in value] if isinstance(value, list) else value


def failures(way: Callable[[Any, Any], str], kinds_: list[Kind]) -> str:
    found: list[str] = []
    for kind in kinds_:
        holder = holders.holder_of(kind)
        for value, _ in [*cases(kind), (None, None)]:
            one = holder(id=1, value=value)
            text = way(holder, one)
            read = pydantic_schema(holder, "create").model_validate_json(text).value
            if not exactly(shown(value), read):
                found.append(f"{kind.sql}: {value!r:.80} became {read!r:.80} by {text:.150}")
    return "\n".join(found)


def by_a_schema(holder: Any, one: Any) -> str:
    pydantic_schema(holder, "create").model_json_schema()
    pydantic_schema(holder, "read").model_json_schema(mode="serialization")
    read = pydantic_schema(holder, "read").model_validate(one)
    return read.model_dump_json()


def by_fastapi(holder: Any, one: Any) -> str:
    app = FastAPI()

    async def echo(body: Any) -> Any:
        return body

    echo.__annotations__ = {"body": Annotated[holder, Body()], "return": holder}
    app.post("/", response_model=holder)(echo)
    client = TestClient(app)
    assert client.get("/openapi.json").status_code == 200
    sent = pydantic_schema(holder, "read").model_validate(one).model_dump_json()
    answer = client.post("/", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.text


BEYOND_PYDANTIC = Decimal("0.12345678901234567890")
"""A number of a document that Pydantic has no way to write."""


def all_kinds() -> list[Kind]:
    return [kind for kind in holders.ALL if BEYOND_PYDANTIC not in kind.values]


def test_each_type_is_the_same_through_a_schema():
    assert failures(by_a_schema, all_kinds()) == ""


def test_each_type_is_the_same_through_fastapi():
    assert failures(by_fastapi, all_kinds()) == ""


class Lease(Model, table="lease"):
    id: Column[int] = column(primary_key=True)
    until: Column[date | Infinite | Beyond | None] = column(default=None)
    length: Column[timedelta | None] = column(default=None)
    billed: Column[Interval | None] = column(default=None)
    exact: Column[DecimalJson] = column(default=None)
    nothing: Column[dict[str, Any] | JsonNull | None] = column(default=None)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("until", "2024-02-30", 'a date is text such as "2024-02-29", and not this text'),
        ("until", 5, "a date cannot be made of a value of type int"),
        ("length", "P1M", "the value is an interval of months (P1M), which a timedelta cannot be"),
        ("billed", "1 month", 'an interval is text such as "P1Y2M3DT4H5M6.5S", and not this text'),
    ],
)
def test_what_is_no_value_is_refused_where_it_stands(name: str, value: object, message: str):
    with pytest.raises(ValidationError) as caught:
        pydantic_schema(Lease, "create").model_validate_json(json.dumps({"id": 1, name: value}))

    errors = caught.value.errors()
    assert [(one["loc"], one["msg"]) for one in errors] == [((name,), f"Value error, {message}")]


def test_odd_times_are_text_as_in_the_json_of_an_instance():
    lease = Lease(id=1, until=Infinite.PAST, length=timedelta(1), billed=Interval(14, -1))

    found = pydantic_schema(Lease, "read").model_validate(lease).model_dump(mode="json")

    assert found == json.loads(lease.to_json())
    assert (found["until"], found["billed"]) == ("-infinity", "P1Y2M-1D")
    schema = pydantic_schema(Lease, "create").model_json_schema()["properties"]["until"]
    assert schema["anyOf"] == [{"type": "string"}, {"type": "null"}]


def test_a_number_that_pydantic_cannot_write_names_its_column():
    lease = Lease(id=1, exact={"a": [BEYOND_PYDANTIC]})
    shown = pydantic_schema(Lease, "read").model_validate(lease)

    with pytest.raises(PydanticSerializationError, match='column "exact": a number in the doc'):
        shown.model_dump_json()
    assert '"exact":{"a":[0.12345678901234567890]}' in lease.to_json()


def test_a_null_of_json_is_shown_as_null():
    lease = Lease(id=1, nothing=JSON_NULL)
    text = pydantic_schema(Lease, "read").model_validate(lease).model_dump_json()

    assert json.loads(text)["nothing"] is None
    assert pydantic_schema(Lease, "create").model_validate_json(text).nothing is None


def with_choice(kind: Kind, choice: Any) -> Any:
    """The column of a type that has one value to choose."""
    body = {
        "__module__": __name__,
        "__qualname__": "Chosen",
        "__annotations__": {"id": Column[int], "value": Column[kind.annotation]},
        "id": column(primary_key=True),
        "value": column(type=kind.said, choices=[choice]),
    }
    return type(Model)("Chosen", (Model,), body, table="chosen").__table__.columns["value"]


def test_values_of_each_type_can_be_choices():
    wrong: list[str] = []
    for kind in holders.ALL:
        choice, *others = kind.values
        chosen = with_choice(kind, choice)
        try:
            chosen.written.send(choice)
        except ValueRefused as error:
            wrong.append(f"{kind.sql}: {choice!r} is refused: {error}")
        for other in others:
            if other == choice:
                continue
            try:
                chosen.written.send(other)
            except ValueRefused as error:
                if error.message != 'column "value": the value is not one of the choices':
                    wrong.append(f"{kind.sql}: {error.message}")
            else:
                wrong.append(f"{kind.sql}: {other!r} is taken for {choice!r}")
    assert wrong == []
