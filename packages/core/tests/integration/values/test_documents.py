"""Documents that a class describes: validated when written, built when read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from packages.core.tests.integration.values.held import Held, Invoice, Line, Size

from ferrule_core.database import Database
from ferrule_core.errors import ValueRefused

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
