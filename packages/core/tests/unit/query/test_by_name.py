"""``Q`` and ``F`` mean what the query says that they meet; what it does not know is refused."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

import pytest

from ferrule_core.errors import QueryError, UnknownColumn, UnknownLookup
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.query.by_name import F, Q
from ferrule_core.query.functions import func


class State(Enum):
    NEW = "new"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[int] = identity()
    title: Column[str]
    price: Column[Decimal]
    state: Column[State]
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


def clauses(query) -> str:
    """What follows the columns, with one-letter names."""
    text = query.sql().text
    text = text[text.index("FROM") :].replace('"t".', "").replace('"t.author".', "a.")
    return text.replace('"', "").removeprefix("FROM book AS t").strip()


TWICE = Book.price * 2
TOTAL = func.sum(Book.price)
LETTER = func.left(Book.title, 1)

SAME = [
    (Book.filter(Q(price__lt=1)), Book.filter(price__lt=1)),
    (Book.filter(Q(price__lt=1, title="x")), Book.filter(price__lt=1, title="x")),
    (Book.filter(Q(price__lt=1) & Q(title="x")), Book.filter(price__lt=1, title="x")),
    (
        Book.filter(Q(price__lt=1) | Q(title="x")),
        Book.filter((Book.price < 1) | (Book.title == "x")),
    ),
    (Book.filter(~Q(title="x")), Book.filter(~(Book.title == "x"))),
    (Book.filter(Q(Book.price < 1, title="x")), Book.filter(Book.price < 1, title="x")),
    (
        Book.filter(Q(title="x") | (Book.price < 1)),
        Book.filter((Book.title == "x") | (Book.price < 1)),
    ),
    (
        Book.filter((Book.price < 1) | Q(title="x")),
        Book.filter((Book.price < 1) | (Book.title == "x")),
    ),
    (
        Book.filter(~(Q(title="x") | ~Q(price=1)) & Q(id=2)),
        Book.filter(~((Book.title == "x") | ~(Book.price == 1)) & (Book.id == 2)),
    ),
    (
        Book.exclude(Q(title="x") | Q(price=1)),
        Book.exclude((Book.title == "x") | (Book.price == 1)),
    ),
    (Book.filter(Q(author__name="x")), Book.filter(Book.author.name == "x")),
    (
        Author.filter(Q(books__title="x", books__price=1)),
        Author.filter(books__title="x", books__price=1),
    ),
    (Book.filter(F("price") < 3), Book.filter(Book.price < 3)),
    (Book.filter(F("price") * 2 + 1 < F("id")), Book.filter(Book.price * 2 + 1 < Book.id)),
    (Book.filter(Book.price < F("id")), Book.filter(Book.price < Book.id)),
    (Book.filter(Book.price * F("id") < 9), Book.filter(Book.price * Book.id < 9)),
    (Book.filter(price__lt=F("id")), Book.filter(Book.price < Book.id)),
    (Book.filter(Book.price.between(F("id"), 9)), Book.filter(Book.price.between(Book.id, 9))),
    (Book.filter(F("title") + "x" == "yx"), Book.filter(Book.title + "x" == "yx")),
    (Book.filter(F("author__name").icontains("x")), Book.filter(author__name__icontains="x")),
    (Book.filter(F("state") == State.NEW), Book.filter(Book.state == State.NEW)),
    (Book.filter(F("state").in_([State.NEW])), Book.filter(Book.state.in_([State.NEW]))),
    (Book.filter(F("title") == None), Book.filter(Book.title.is_null())),  # noqa: E711
    (Book.filter(func.lower(F("title")) == "x"), Book.filter(func.lower(Book.title) == "x")),
    (
        Book.filter(func.coalesce(F("state"), State.NEW) == State.NEW),
        Book.filter(func.coalesce(Book.state, State.NEW) == State.NEW),
    ),
    (
        Book.filter(func.case((Q(title="x"), 1), otherwise=2) == 1),
        Book.filter(func.case((Book.title == "x", 1), otherwise=2) == 1),
    ),
    (Book.filter().order_by(F("price")), Book.filter().order_by("price")),
    (
        Book.filter().order_by(F("author__name").desc().nulls_last(), -F("id")),
        Book.filter().order_by(Book.author.name.desc().nulls_last(), -Book.id),
    ),
    (Book.filter().distinct(F("title")), Book.filter().distinct(Book.title)),
    (
        Book.filter()
        .group_by(F("title"), first=func.left(F("title"), 1))
        .annotate(total=func.sum(F("price")))
        .having(Q(total__gt=3) | Q(first="x"))
        .order_by(F("total").desc()),
        Book.filter()
        .group_by(Book.title, first=LETTER)
        .annotate(total=TOTAL)
        .having((TOTAL > 3) | (LETTER == "x"))
        .order_by(TOTAL.desc()),
    ),
    (
        Book.filter().annotate(twice=F("price") * 2).filter(Q(twice__gt=3) | Q(title="x")),
        Book.filter().annotate(twice=TWICE).filter((TWICE > 3) | (Book.title == "x")),
    ),
    (
        Book.filter().annotate(twice=F("price") * 2).filter(F("twice") > 3).order_by(-F("twice")),
        Book.filter().annotate(twice=TWICE).filter(TWICE > 3).order_by(-TWICE),
    ),
]


@pytest.mark.parametrize(("by_name", "typed"), SAME)
def test_names_mean_what_typed_columns_mean(by_name, typed):
    one, other = by_name.sql(), typed.sql()

    assert one.text == other.text
    assert one.parameters == other.parameters


@pytest.mark.parametrize(
    "query",
    [
        Book.filter(Q()),
        Book.filter(Q() & Q(), ~Q() | Q()),
        Book.exclude(Q()),
        Book.filter(Q(Q())),
    ],
)
def test_an_empty_q_filters_nothing(query):
    assert clauses(query) == ""


@pytest.mark.parametrize(
    "condition",
    [
        Q(price=1) & Q(),
        Q() & Q(price=1),
        Q() | Q(price=1),
        Q(price=1) | Q(),
        Q() | (Book.price == 1),
        (Book.price == 1) | Q(),
        (Book.price == 1) & ~Q(),
        Q(Q(), price=1),
    ],
)
def test_an_empty_q_leaves_others_as_they_are(condition):
    assert clauses(Book.filter(condition)) == "WHERE price = $1"


def test_a_q_may_be_used_again_by_other_models():
    named = Q(id=7) & (F("id") > 3)

    assert clauses(Book.filter(named)) == "WHERE id = $1 AND id > $2"
    assert "author" in Author.filter(named).sql().text


def test_a_query_is_not_changed_by_what_is_made_of_a_q():
    one = Q(price=1)
    both = one | Q(title="x")

    assert clauses(Book.filter(one)) == "WHERE price = $1"
    assert clauses(Book.filter(both)) == "WHERE price = $1 OR title = $2"


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: Book.filter(Q(titel="x")), UnknownColumn, 'no column or relation "titel"'),
        (lambda: Book.filter(~Q(title__lk="x")), UnknownLookup, 'no look-up "lk"'),
        (lambda: Book.filter(Q(author__nam="x")), UnknownColumn, '"nam"'),
        (lambda: Book.filter(F("titel") == "x"), UnknownColumn, '"titel"'),
        (lambda: Book.filter(F("author") == 1), QueryError, '"author" is a relation of Book'),
        (lambda: Book.filter(F("title__lower") == "x"), UnknownLookup, "more than the name"),
        (lambda: Book.filter(F("title")), QueryError, "an expression of type str is no condition"),
        (lambda: Book.filter().order_by(F("titel").desc()), UnknownColumn, '"titel"'),
        (lambda: Book.filter(price__lt=F("cost")), UnknownColumn, '"cost"'),
        (lambda: Q("title"), QueryError, "str is no condition"),
        (lambda: Q(Book.title), QueryError, "an expression of type str is no condition"),
        (lambda: F(3), QueryError, "F takes the name of a column, not a int"),
        (lambda: bool(Q(title="x")), QueryError, "no truth value"),
        (lambda: Q(title="x").node, QueryError, "stand where there is none"),
    ],
)
def test_a_wrong_name_is_refused_when_the_query_is_known(build, error, message):
    with pytest.raises(error, match=message):
        build()


def test_what_they_are_is_shown_without_values():
    assert repr(F("price")) == "F('price')"
    assert repr(~(Q(title="secret") | Q(price=1))) == "~Q(Q(title=...) OR Q(price=...))"
