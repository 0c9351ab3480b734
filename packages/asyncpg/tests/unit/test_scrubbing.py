"""Exceptions of the driver say nothing of values, and those of the caller are left alone."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import asyncpg
import pytest

from ferrule_asyncpg.failures import DRIVER_ERRORS, translated

SECRET = "Sup3rS3cret"


def from_server() -> None:
    raise asyncpg.PostgresError.new(
        {
            "C": "23505",
            "M": f"duplicate key {SECRET}",
            "D": f"Key (email)=({SECRET}) already exists.",
            "H": SECRET,
            "W": f"COPY book, line 1: {SECRET}",
            "q": f"SELECT {SECRET}",
            "t": "book",
            "n": "book_key",
        }
    )


def from_argument() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        text = f"invalid input for query argument $1: {SECRET!r} ({error})"
        raise asyncpg.DataError(text, hint=SECRET, detail=SECRET) from error


def from_json() -> None:
    json.loads(f'{{"a": {SECRET}}}')


def from_bytes() -> None:
    f"{SECRET}\udcff".encode().decode("ascii")


def from_text() -> None:
    (b"\xff" + SECRET.encode()).decode()


def from_number() -> None:
    Decimal(SECRET)


def from_key() -> None:
    {"a": 1}[SECRET]


def from_argument_of_a_type() -> None:
    error = TypeError(f"cannot encode {SECRET}")
    error.add_note(SECRET)
    raise error


def from_context() -> None:
    try:
        from_key()
    except KeyError:
        from_number()


@pytest.mark.parametrize(
    "fail",
    [
        from_server,
        from_argument,
        from_json,
        from_bytes,
        from_text,
        from_number,
        from_key,
        from_argument_of_a_type,
        from_context,
    ],
)
def test_no_value_is_in_what_is_shown(fail: Callable[[], None]):
    try:
        try:
            fail()
        except DRIVER_ERRORS as error:
            raise translated(error, (SECRET,)) from error
    except Exception as ours:  # noqa: BLE001 - whatever is shown
        shown = [repr(ours), str(ours), *traceback.format_exception(ours)]
        cause = ours.__cause__
        assert cause is not None
        shown += [repr(cause), str(cause), repr(vars(cause)), repr(cause.args)]
        shown += [repr(getattr(ours, "fields", None))]

    assert SECRET not in "".join(shown)
    assert type(cause).__name__ in "".join(shown)


def test_the_fields_of_the_server_are_kept_for_those_who_ask():
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        from_server()

    ours = translated(caught.value)

    assert ours.fields.detail == f"Key (email)=({SECRET}) already exists."  # type: ignore[attr-defined]
    assert caught.value.sqlstate == "23505"
    assert str(caught.value) == 'duplicate key in table "book" violates constraint "book_key"'
    assert caught.value.detail is None


def test_what_the_caller_was_handling_is_the_callers():
    def run() -> None:
        try:
            from_number()
        except DRIVER_ERRORS as error:
            raise translated(error) from error

    with pytest.raises(Exception, match="cannot be read") as caught:
        try:
            from_key()
        except KeyError:
            run()

    driver = caught.value.__cause__
    assert driver is not None
    assert driver.__context__ is not None
    assert driver.__context__.args == (SECRET,)


def test_a_chain_that_bites_its_tail_ends():
    one, two = InvalidOperation(SECRET), ValueError(SECRET)
    one.__cause__, two.__cause__ = two, one

    translated(one)

    assert SECRET not in f"{one!r}{two!r}"
