"""Documents that a class describes: validated when written, built when read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from packages.core.tests.integration.values.held import Held, Invoice, Line, Size

from ferrule_core.database import Database
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.json_values import JSON_NULL
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]

INVOICE = Invoice(number=7, due=date(2024, 2, 29), lines=[Line(label="é", price=Decimal("1.10"))])


async def test_pydantic_models_dataclasses_and_typed_dicts_are_read_as_written():
    await Held.create(
        id="a",
        invoice=INVOICE,
        lines=INVOICE.lines,
        size=Size(3, 4),
        options={"dark": True, "name": "n"},
    )

    held = await Held.get(id="a")

    assert held.invoice == INVOICE
    assert held.lines == INVOICE.lines
    assert held.size == Size(3, 4)
    assert held.options == {"dark": True, "name": "n"}


async def test_a_document_that_does_not_fit_is_refused_by_the_name_of_its_column():
    broken: Any = {"number": "x", "due": "2024-01-01"}

    with pytest.raises(ValueRefused) as refused:
        await Held.create(id="a", invoice=broken)

    assert refused.value.message == (
        'column "invoice": the document does not fit Invoice: "number" is wrong (int_parsing)'
    )
    options: Any = {"dark": True}
    with pytest.raises(ValueRefused, match=r'column "options": .* "name" is wrong'):
        await Held.create(id="a", options=options)


async def test_an_instance_that_was_changed_into_something_wrong_is_refused():
    held = await Held.create(id="a", invoice=INVOICE.model_copy(deep=True))
    assert held.invoice is not None
    wrong: Any = "soon"
    held.invoice.due = wrong

    with pytest.raises(ValueRefused, match='column "invoice": '):
        await held.save()


async def test_a_change_in_place_is_saved():
    await Held.create(id="a", invoice=INVOICE, size=Size(1, 1))
    held = await Held.get(id="a")
    assert held.invoice is not None
    held.invoice.lines.append(Line(label="more", price=Decimal(2)))

    await held.save()

    read = await Held.get(id="a")
    assert read.invoice is not None
    assert [line.label for line in read.invoice.lines] == ["é", "more"]
    assert read.size == Size(1, 1)


async def test_a_document_in_the_table_that_does_not_fit_is_named_when_it_is_read(db: Database):
    await db.execute("INSERT INTO held (id, invoice) VALUES ('a', '{}')")
    held = await Held.get(id="a")

    with pytest.raises(ValueRefused, match='column "invoice": the document does not fit Invoice'):
        _ = held.invoice


async def test_jsons_null_is_no_document_of_a_class_unless_the_annotation_says_so(db: Database):
    await Held.create(id="a", bill=JSON_NULL)
    await db.execute("UPDATE held SET invoice = bill")
    held = await Held.get(id="a")

    assert held.bill is JSON_NULL
    with pytest.raises(ValueRefused, match='column "invoice": the document does not fit Invoice'):
        _ = held.invoice
    held.bill = None
    await held.save()
    assert await Held.filter(Held.bill.is_null()).count() == 1


async def test_a_decimal_of_a_class_has_the_digits_that_the_server_has(db: Database):
    lines = '[{"label": "tea", "price": 1.10}, {"label": "x", "price": 12345678901234567890.123}]'
    await db.execute(f"INSERT INTO held (id, lines) VALUES ('a', '{lines}')")

    held = await Held.get(id="a")

    assert held.lines is not None
    assert [str(line.price) for line in held.lines] == ["1.10", "12345678901234567890.123"]


async def test_a_decimal_in_a_document_without_a_class_is_refused_with_what_to_do():
    wrong: Any = {"a": [Decimal("1.5")]}

    with pytest.raises(ValueRefused) as refused:
        await Held.create(id="a", jsonb=wrong)

    assert refused.value.message == 'column "jsonb": JSON cannot hold a value of type Decimal'
    assert refused.value.hint == (
        "Column[DecimalJson] can; or write it as text or as a float, as you mean it"
    )


async def test_great_floats_stay_floats_and_spellings_stay(db: Database):
    document: Any = {"great": 1e16, "greater": -1.5e300, "small": 5e-324}
    await Held.create(id="a", jsonb=document, json=document)
    await db.execute("INSERT INTO held (id, jsonb) VALUES ('b', '{\"price\": 1.10}')")

    held, other = await Held.get(id="a"), await Held.get(id="b")

    for read in (held.jsonb, held.json):
        assert read == document
        assert isinstance(read, dict)
        assert {type(number) for number in read.values()} == {float}
    other.json = other.jsonb
    await other.save()
    assert await sql("SELECT json::text FROM held WHERE id = 'b'").get(str) == '{"price":1.10}'


async def test_a_document_that_is_too_deep_is_refused_by_its_column_alone(db: Database):
    deep = "(repeat('[', 3000) || repeat(']', 3000))::jsonb"
    await db.execute(f"INSERT INTO held (id, jsonb, lines) VALUES ('a', {deep}, {deep})")

    held = await Held.get(id="a")

    for name in ("jsonb", "lines"):
        with pytest.raises(ValueRefused) as refused:
            getattr(held, name)
        assert refused.value.message == (
            f'column "{name}": the document has more levels than Python can follow'
        )
        assert refused.value.hint == "read it as text: sql('SELECT ...::text ...')"
