"""What is refused before it is sent, all of it at once, and by which words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest

from ferrule_core.catalog.types import TypeRef
from ferrule_core.database import Database
from ferrule_core.errors import MissingValue, ModelError, ValidationFailed, ValueRefused
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.validators import validator
from ferrule_core.model.border import pydantic_schema
from ferrule_core.model.model import Model

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]

NUMERIC: TypeRef = types.Numeric(5, 2)


class Kind(Enum):
    BOOK = "book"
    FILM = "film"
    GAME = "game"


def no_zero(value: Decimal) -> None:
    if value == 0:
        raise ValueError("nothing is free")


async def not_reserved(value: str) -> None:
    if await Entry.filter(title=f"reserved {value}").exists():
        raise ValueError("somebody reserved it")


class Entry(Model, table="entry"):
    id: Column[int] = identity()
    slug: Column[str] = column(
        type=types.Varchar(10), validators=[str.isidentifier, not_reserved], unique=True
    )
    title: Column[str]
    amount: Column[Decimal] = column(type=NUMERIC, validators=[no_zero])
    state: Column[str] = column(choices=["draft", "live"], default="draft")
    kind: Column[Kind | None] = column(choices=[Kind.BOOK, Kind.FILM], default=None)
    starts: Column[date | None] = column(default=None)
    ends: Column[date | None] = column(default=None)

    @validator("title")
    def has_words(self, value: str) -> None:
        if not value.strip():
            raise ValueError("a title has words")
        if value == self.slug:
            raise ValueError("a title is no slug")

    @validator
    async def ends_after_start(self) -> None:
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise ValueError("it ends before it starts")


def entry(**values: Any) -> Entry:
    return Entry(**{"slug": "a", "title": "A", "amount": Decimal(1)} | values)


async def failure(instance: Model) -> ValidationFailed:
    with pytest.raises(ValidationFailed) as caught:
        await instance.save()
    return caught.value


async def test_all_that_is_wrong_is_said_at_once() -> None:
    error = await failure(
        entry(slug="much too long for it", title=" ", amount=Decimal("1.005"), state="gone")
    )

    assert error.errors == {
        "slug": ("the text has more than 10 characters",),
        "title": ("a title has words",),
        "amount": ("the number has more than 2 digits after the point",),
        "state": ("the value is not one of the choices",),
    }
    assert str(error) == (
        "[FER-V001] 4 errors in Entry:\n"
        '  column "slug": the text has more than 10 characters\n'
        '  column "title": a title has words\n'
        '  column "amount": the number has more than 2 digits after the point\n'
        '  column "state": the value is not one of the choices'
    )
    assert await Entry.filter().count() == 0


async def test_one_error_says_what_to_do() -> None:
    error = await failure(entry(state="gone"))

    assert str(error) == (
        '[FER-V001] column "state": the value is not one of the choices\n'
        "hint: choices: 'draft', 'live'"
    )


async def test_what_is_missing_is_said_with_what_is_wrong() -> None:
    with pytest.raises(ValidationFailed) as caught:
        await Entry.create(slug="no slug", state="gone")

    assert caught.value.errors == {
        "slug": ("refused by isidentifier",),
        "title": ("a value is needed",),
        "amount": ("a value is needed",),
        "state": ("the value is not one of the choices",),
    }


def missing() -> Entry:
    return Entry(slug="a")


async def test_an_instance_without_needed_values_names_all_of_them() -> None:
    with pytest.raises(MissingValue) as caught:
        missing()

    assert str(caught.value) == (
        "[FER-V001] 2 errors in Entry:\n"
        '  column "title": a value is needed\n'
        '  column "amount": a value is needed\n'
        "hint: Entry(title=..., amount=...)"
    )


@pytest.mark.parametrize("kind", [ValueRefused, MissingValue, ModelError])
async def test_it_is_caught_by_those_who_caught_single_refusals(kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await entry(amount="1").save()


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"title": None}, {"title": ("a value is needed, and None is none",)}),
        ({"title": 7}, {"title": ("text cannot be made of a value of type int",)}),
        (
            {"amount": Decimal(1000)},
            {"amount": ("the number has more than 3 digits before the point",)},
        ),
        ({"amount": Decimal(0)}, {"amount": ("nothing is free",)}),
        ({"kind": Kind.GAME}, {"kind": ("the value is not one of the choices",)}),
        ({"kind": "song"}, {"kind": ("'song' is no label of Kind",)}),
        ({"title": "a"}, {"title": ("a title is no slug",)}),
        (
            {"starts": date(2026, 2, 1), "ends": date(2026, 1, 1)},
            {"*": ("it ends before it starts",)},
        ),
        (
            {"starts": date(2026, 2, 1), "ends": date(2026, 1, 1), "state": ""},
            {"state": ("the value is not one of the choices",)},
        ),
    ],
)
async def test_a_value_is_refused(
    values: dict[str, object], errors: dict[str, tuple[str, ...]]
) -> None:
    assert (await failure(entry(**values))).errors == errors


async def test_what_is_right_is_written() -> None:
    made = entry(kind=Kind.FILM, state="live", starts=date(2026, 1, 1), ends=date(2026, 1, 1))

    await made.save()

    assert (await Entry.get(id=made.id)).kind is Kind.FILM


async def test_asynchronous_validators_ask_the_database() -> None:
    await entry(slug="b", title="reserved a").save()

    error = await failure(entry())

    assert error.errors == {"slug": ("somebody reserved it",)}


async def test_only_what_changed_is_judged_again(db: Database) -> None:
    await db.execute("INSERT INTO entry (slug, title, amount) VALUES ('no slug', '  ', 0)")
    found = await Entry.get(slug="no slug")

    found.state = "live"
    await found.save()
    found.title = ""
    error = await failure(found)

    assert error.errors == {"title": ("a title has words",)}


async def test_validate_judges_everything_and_writes_nothing(db: Database) -> None:
    await db.execute("INSERT INTO entry (slug, title, amount) VALUES ('no slug', '  ', 0)")
    found = await Entry.get(slug="no slug")

    with pytest.raises(ValidationFailed) as caught:
        await found.validate()
    await entry().validate()

    assert set(caught.value.errors) == {"slug", "title", "amount"}
    assert await Entry.filter().count() == 1


async def test_saving_some_columns_judges_only_those() -> None:
    made = entry()
    await made.save()
    made.title, made.state = " ", "live"

    await made.save(only=[Entry.state])

    assert (await Entry.get(id=made.id)).title == "A"


async def test_each_of_many_rows_is_judged_and_named() -> None:
    rows = [entry(), entry(slug="b", title=" "), entry(slug="c", state="gone", amount="1")]

    with pytest.raises(ValidationFailed) as caught:
        await Entry.bulk_create(rows)

    assert caught.value.rows == {
        1: {"title": ("a title has words",)},
        2: {
            "amount": ("a number cannot be made of a value of type str",),
            "state": ("the value is not one of the choices",),
        },
    }
    assert caught.value.errors["title"] == ("rows[1]: a title has words",)
    assert str(caught.value) == (
        "[FER-V001] 2 rows of Entry cannot be written:\n"
        '  rows[1], column "title": a title has words\n'
        '  rows[2], column "amount": a number cannot be made of a value of type str\n'
        '  rows[2], column "state": the value is not one of the choices'
    )
    assert await Entry.filter().count() == 0


async def test_one_wrong_row_is_one_line() -> None:
    with pytest.raises(ValidationFailed) as caught:
        await Entry.bulk_upsert([entry(), entry(slug="b", title="")], on=[Entry.id])

    assert str(caught.value) == '[FER-V001] rows[1] of Entry, column "title": a title has words'


async def test_rows_of_a_bulk_update_are_judged_by_what_changed() -> None:
    first, second = entry(), entry(slug="b")
    await Entry.bulk_create([first, second])
    first.title, second.state = "", "gone"

    with pytest.raises(ValidationFailed) as caught:
        await Entry.bulk_update([first, second])

    assert caught.value.rows == {
        0: {"title": ("a title has words",)},
        1: {"state": ("the value is not one of the choices",)},
    }


async def test_rows_that_are_copied_are_judged() -> None:
    with pytest.raises(ValidationFailed, match=r"rows\[0\] of Entry"):
        await Entry.bulk_create([entry(title="")], copy=True)


async def test_an_update_by_query_is_held_to_what_a_value_can_be() -> None:
    await entry().save()

    with pytest.raises(ValueRefused, match='column "state": the value is not one of the choices'):
        await Entry.filter().update(state="gone")
    with pytest.raises(ValueRefused, match='column "title": a value is needed, and None is none'):
        await Entry.filter().update(title=None)
    with pytest.raises(ValidationFailed, match='column "amount": nothing is free'):
        await Entry.filter().update(amount=Decimal(0))

    assert (await Entry.filter().get()).state == "draft"


async def test_a_long_list_of_errors_is_cut_in_the_message_alone() -> None:
    rows = [entry(slug=f"s{number}", title="") for number in range(30)]

    with pytest.raises(ValidationFailed) as caught:
        await Entry.bulk_create(rows)

    assert len(caught.value.rows) == 30
    assert caught.value.message.splitlines()[-1] == "  ... and 10 more"


class Plain(Model, table="entry"):
    id: Column[int] = identity()
    slug: Column[str] = column(type=types.Varchar(10))
    title: Column[str]
    amount: Column[Decimal] = column(type=NUMERIC)
    state: Column[Literal["draft", "live"]] = column(default="draft")


async def test_models_without_validators_say_all_at_once_too() -> None:
    values: dict[str, Any] = {"slug": "x" * 11, "title": None, "amount": "1", "state": "gone"}
    assert Plain.__table__.watch is None

    with pytest.raises(ValidationFailed) as created:
        await Plain.create(**values)
    with pytest.raises(ValidationFailed) as upserted:
        await Plain(**values).upsert()
    with pytest.raises(ValidationFailed) as together:
        await Plain.bulk_create([Plain(slug="a", title="A", amount=Decimal(1)), Plain(**values)])

    assert created.value.errors == upserted.value.errors == together.value.rows[1]
    assert list(created.value.errors) == ["slug", "title", "amount", "state"]


async def test_changes_of_models_without_validators_are_said_at_once() -> None:
    made = await Plain.create(slug="a", title="A", amount=Decimal(1))
    wrong: Any = None
    made.slug, made.title = "x" * 11, wrong

    error = await failure(made)
    with pytest.raises(ValidationFailed) as together:
        await Plain.bulk_update([made])

    assert list(error.errors) == ["slug", "title"]
    assert together.value.rows == {0: error.errors}


async def test_validators_are_inherited_and_replaced() -> None:
    class Titled:
        @validator("title")
        def is_short(self, value: str) -> bool:
            return len(value) < 5

    class Base(Plain):
        @validator("title")
        def is_upper(self, value: str) -> None:
            if not value.isupper():
                raise ValueError("shout")

    class Both(Titled, Base):
        pass

    class Quiet(Base):
        def is_upper(self, value: str) -> None:
            raise AssertionError(value)

    both = await failure(Both(slug="a", title="quietly", amount=Decimal(1)))
    await Quiet(slug="a", title="quietly", amount=Decimal(1)).save()

    assert sorted(both.errors["title"]) == ["refused by is_short", "shout"]


async def test_a_validator_that_breaks_is_no_refusal() -> None:
    class Broken(Plain):
        @validator("title")
        def breaks(self, value: str) -> None:
            raise KeyError(value)

    with pytest.raises(KeyError):
        await Broken(slug="a", title="A", amount=Decimal(1)).save()


async def test_a_validator_of_no_column_is_refused_where_it_is_written() -> None:
    with pytest.raises(ModelError) as caught:

        class Wrong(Plain):
            @validator("titel")
            def check(self, value: str) -> None: ...

    assert str(caught.value) == (
        '[FER-M001] the validator "check" of Wrong is of "titel", which is no column\n'
        'hint: did you mean "title" or "state"?'
    )


async def test_choices_that_are_a_text_are_refused() -> None:
    with pytest.raises(ModelError, match="choices of a column are a list, not a text"):
        column(choices="abc")


async def test_schemas_of_pydantic_know_the_choices() -> None:
    schema = pydantic_schema(Entry, "create")

    properties = schema.model_json_schema()["properties"]
    assert properties["state"]["enum"] == ["draft", "live"]
    assert properties["slug"]["maxLength"] == 10
    with pytest.raises(ValueError, match="Input should be 'draft' or 'live'"):
        schema(slug="a", title="A", amount=1, state="gone")
    assert schema(slug="a", title="A", amount=1, kind="book").model_dump()["kind"] is Kind.BOOK
    with pytest.raises(ValueError, match="kind"):
        schema(slug="a", title="A", amount=1, kind="game")


async def test_twins_validate_too() -> None:
    with pytest.raises(ValidationFailed):
        entry(title="").sync.validate()
    with pytest.raises(ValidationFailed):
        entry(title="").sync.save()
