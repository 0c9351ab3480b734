"""Validators, signals and audited models: what is typed by a column, or by a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from enum import Enum
from typing import Literal, assert_type
from uuid import UUID

from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.validators import validator
from ferrule_core.model.mixins import Audited, AuditedByUuid
from ferrule_core.model.model import Model
from ferrule_core.model.signals import (
    BulkWrite,
    LinkWrite,
    around_save,
    post_bulk,
    post_links,
    post_save,
    pre_delete,
    pre_save,
)
from ferrule_core.query.acting import acting_as


class Kind(Enum):
    BOOK = "book"
    FILM = "film"


def not_blank(value: str) -> None: ...
async def known(value: str) -> None: ...
def positive(value: Decimal) -> bool:
    return value > 0


class Entry(Model, table="entry"):
    id: Column[int] = identity()
    title: Column[str] = column(validators=[not_blank, known, str.isalpha])
    note: Column[str | None] = column(validators=[not_blank], default=None)
    price: Column[Decimal] = column(validators=[positive], default=Decimal(1))
    state: Column[str] = column(choices=["draft", "live"], default="draft")
    kind: Column[Kind] = column(choices=[Kind.BOOK])
    mood: Column[Literal["good", "bad"]] = column(choices=["good"])
    shelf: Column[str | None] = column(choices=["a", "b"], default=None)

    @validator("title", "note")
    def no_tabs(self, value: str) -> None: ...

    @validator
    async def fits(self) -> None: ...


class Wrong(Model, table="entry"):
    id: Column[int] = identity()
    title: Column[str] = column(validators=[positive])  # E
    note: Column[str | None] = column(validators=[positive], default=None)  # E
    state: Column[str] = column(choices=[1, 2])  # E
    kind: Column[Kind] = column(choices=["book"])  # E
    price: Column[Decimal] = column(validators=[positive], default="1")  # E


async def made() -> None:
    entry = Entry(title="a", kind=Kind.BOOK, mood="good")
    assert_type(entry.note, str | None)
    assert_type(entry.state, str)
    assert_type(await entry.validate(), None)
    entry.sync.validate()
    entry.no_tabs("x")
    await entry.fits()
    Entry(title=1, kind=Kind.BOOK, mood="good")  # E
    Entry(title="a", kind="book", mood="good")  # E
    Entry(title="a", kind=Kind.BOOK, mood="bored")  # E


@pre_save(Entry)
async def tidy(entry: Entry) -> None:
    entry.title = entry.title.strip()


@post_save(Entry, on_commit=True)
def tell(entry: Entry) -> None: ...


@pre_delete(Entry)
def any_model(row: Model) -> None: ...


@around_save(Entry)
async def timed(_: Entry) -> AsyncIterator[None]:
    yield


@around_save(Entry)
def timed_too(_: Entry) -> Iterator[None]:
    yield


@post_bulk(Entry)
def of_call(call: BulkWrite[Entry]) -> None:
    assert_type(call.count, int | None)
    for row in call.rows:
        assert_type(row, Entry)


@post_links(Entry)
def of_links(call: LinkWrite[Entry]) -> None:
    assert_type(call.instance, Entry)


pre_save(Entry).remove(tidy)


def of_another(row: Wrong) -> None: ...


pre_save(Entry)(of_another)  # E
post_bulk(Entry)(tell)  # E
around_save(Entry)(tell)  # E
pre_save(int)  # E


class Paper(Audited, table="paper"):
    id: Column[int] = identity()


class Memo(AuditedByUuid, table="memo"):
    id: Column[int] = identity()


async def audited() -> None:
    with acting_as(1):
        paper = await Paper.create()
    assert_type(paper.created_by, int)
    assert_type((await Memo.get(id=1)).updated_by, UUID)
    Paper.filter(Paper.created_by == 1)
    Paper()
    Paper(created_by=1)  # E
