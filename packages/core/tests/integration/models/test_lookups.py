"""Every look-up, by keyword and by expression, on rows of a real server."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import QueryError, UnknownColumn, UnknownLookup, ValueRefused
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func

pytestmark = pytest.mark.anyio


class Binding(Enum):
    PAPER = "paper"
    HARD_COVER = "hard cover"
    E_BOOK = "e-book"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    born: Column[date | None] = column(default=None)
    mentor_id: Column[int | None] = column(default=None)
    mentor: ForeignKey[Author | None] = foreign_key("mentor_id")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")
    edited: InverseForeignKey[Book] = inverse_foreign_key("Book.editor")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    price_with_tax: Column[Decimal] = generated("price * 1.1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = server_default("'{}'")
    meta: Column[dict[str, Any] | None] = column(default=None)
    published: Column[datetime | None] = column(default=None)
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]
    books: ManyToMany[Book] = many_to_many(
        through="book_tag", columns=["tag_id"], target_columns=["book_id"]
    )


@pytest.fixture
async def shop(db: Database) -> None:
    await db.execute(
        "INSERT INTO author (id, name, born, mentor_id) VALUES"
        " (1, 'Le Guin', '1929-10-21', NULL), (2, 'Lem', '1921-09-12', 1), (3, '100%_\\', NULL, 2)"
    )
    await db.execute(
        "INSERT INTO book (title, price, binding, keywords, published, stock, author_id, editor_id)"
        " VALUES"
        " ('Earthsea', 12.50, 'paper', '{magic,sea}', '1968-05-01T12:30Z', 3, 1, 2),"
        " ('Rocannon', 7, 'hard cover', '{sf}', NULL, 0, 1, NULL),"
        " ('Solaris', 9.99, 'e-book', '{sf,sea}', '1961-12-24T23:15Z', 5, 2, 1),"
        " ('100% a_b\\c', 1, 'paper', '{}', '2024-02-29T00:00Z', 1, 3, NULL)"
    )
    await db.execute("INSERT INTO tag (label) VALUES ('fantasy'), ('sf')")
    await db.execute(
        "INSERT INTO book_tag (book_id, tag_id, weight) SELECT b.id, t.id, 7 FROM book b, tag t"
        " WHERE (b.title, t.label) IN (('Earthsea', 'fantasy'), ('Solaris', 'sf'))"
    )


EARTHSEA, ROCANNON, SOLARIS, PERCENT = "Earthsea", "Rocannon", "Solaris", "100% a_b\\c"

BY_KEYWORD = [
    ({"title": EARTHSEA}, {EARTHSEA}),
    ({"title__exact": EARTHSEA}, {EARTHSEA}),
    ({"title__iexact": "eARTHSEA"}, {EARTHSEA}),
    ({"title__iexact": "100% A_B\\C"}, {PERCENT}),
    ({"title__iexact": "earth%"}, set()),
    ({"title__ne": EARTHSEA}, {ROCANNON, SOLARIS, PERCENT}),
    ({"title__in": [EARTHSEA, SOLARIS]}, {EARTHSEA, SOLARIS}),
    ({"title__in": {EARTHSEA}}, {EARTHSEA}),
    ({"title__in": []}, set()),
    ({"title__not_in": [EARTHSEA, SOLARIS]}, {ROCANNON, PERCENT}),
    ({"title__not_in": []}, {EARTHSEA, ROCANNON, SOLARIS, PERCENT}),
    ({"price__gt": Decimal("9.99")}, {EARTHSEA}),
    ({"price__gte": Decimal("9.99")}, {EARTHSEA, SOLARIS}),
    ({"price__lt": 7}, {PERCENT}),
    ({"price__lte": 7}, {ROCANNON, PERCENT}),
    ({"price__between": (Decimal(7), Decimal("9.99"))}, {ROCANNON, SOLARIS}),
    ({"price__range": (Decimal(7), Decimal("9.99"))}, {ROCANNON, SOLARIS}),
    ({"published": None}, {ROCANNON}),
    ({"published__exact": None}, {ROCANNON}),
    ({"published__ne": None}, {EARTHSEA, SOLARIS, PERCENT}),
    ({"published__isnull": True}, {ROCANNON}),
    ({"published__isnull": False}, {EARTHSEA, SOLARIS, PERCENT}),
    ({"editor_id__in": [1, None]}, {ROCANNON, SOLARIS, PERCENT}),
    ({"editor_id__not_in": [1]}, {EARTHSEA}),
    ({"editor_id__not_in": [1, None]}, {EARTHSEA}),
    ({"title__contains": "arth"}, {EARTHSEA}),
    ({"title__contains": "ARTH"}, set()),
    ({"title__contains": "%"}, {PERCENT}),
    ({"title__contains": "_"}, {PERCENT}),
    ({"title__contains": "\\"}, {PERCENT}),
    ({"title__icontains": "A_B"}, {PERCENT}),
    ({"title__startswith": "Ear"}, {EARTHSEA}),
    ({"title__startswith": "100%"}, {PERCENT}),
    ({"title__istartswith": "ear"}, {EARTHSEA}),
    ({"title__endswith": "\\c"}, {PERCENT}),
    ({"title__iendswith": "SEA"}, {EARTHSEA}),
    ({"title__like": "%a%s%"}, {EARTHSEA, SOLARIS}),
    ({"title__like": "100\\%%"}, {PERCENT}),
    ({"title__not_like": "%a%s%"}, {ROCANNON, PERCENT}),
    ({"title__ilike": "E%"}, {EARTHSEA}),
    ({"title__not_ilike": "E%"}, {ROCANNON, SOLARIS, PERCENT}),
    ({"title__regex": "^[ER]"}, {EARTHSEA, ROCANNON}),
    ({"title__iregex": "^[er]"}, {EARTHSEA, ROCANNON}),
    ({"published__year": 1968}, {EARTHSEA}),
    ({"published__year__gte": 1968}, {EARTHSEA, PERCENT}),
    ({"published__month__in": [5, 12]}, {EARTHSEA, SOLARIS}),
    ({"published__day": 29}, {PERCENT}),
    ({"published__quarter": 4}, {SOLARIS}),
    ({"published__isodow": 7}, {SOLARIS}),
    ({"published__minute": 15}, {SOLARIS}),
    ({"author__born__year__lt": 1925}, {SOLARIS}),
    ({"binding": Binding.HARD_COVER}, {ROCANNON}),
    ({"binding": "hard cover"}, {ROCANNON}),
    ({"binding__in": [Binding.HARD_COVER, Binding.E_BOOK]}, {ROCANNON, SOLARIS}),
    ({"binding__ne": Binding.PAPER}, {ROCANNON, SOLARIS}),
    ({"keywords": ["sf"]}, {ROCANNON}),
    ({"keywords__in": [["sf"], ["magic", "sea"]]}, {ROCANNON, EARTHSEA}),
    ({"keywords__not_in": [["sf"], ["magic", "sea"]]}, {SOLARIS, PERCENT}),
    ({"keywords__contains": ["sf"]}, {ROCANNON, SOLARIS}),
    ({"keywords__contained_by": ["sf", "x"]}, {ROCANNON, PERCENT}),
    ({"keywords__overlap": ["sea", "sf"]}, {EARTHSEA, ROCANNON, SOLARIS}),
    ({"author__name": "Lem"}, {SOLARIS}),
    ({"author__name__istartswith": "le"}, {EARTHSEA, ROCANNON, SOLARIS}),
    ({"author__mentor__name": "Le Guin"}, {SOLARIS}),
    ({"author__mentor__mentor__name": "Le Guin"}, {PERCENT}),
    ({"author": {"name__iexact": "le guin"}}, {EARTHSEA, ROCANNON}),
    ({"author": {"mentor": {"name": "Le Guin"}}}, {SOLARIS}),
    ({"editor": None}, {ROCANNON, PERCENT}),
    ({"editor__isnull": False}, {EARTHSEA, SOLARIS}),
    ({"editor__ne": None}, {EARTHSEA, SOLARIS}),
    ({"tags__label": "sf"}, {SOLARIS}),
    ({"tags": {"label__in": ["sf", "fantasy"]}}, {EARTHSEA, SOLARIS}),
    ({"tags": None}, {ROCANNON, PERCENT}),
    ({"tags__isnull": True}, {ROCANNON, PERCENT}),
    ({"tags__isnull": False}, {EARTHSEA, SOLARIS}),
    ({"tags": {}}, {EARTHSEA, SOLARIS}),
    ({"author__books__title": ROCANNON}, {EARTHSEA, ROCANNON}),
    ({"title": EARTHSEA, "price__gt": 100}, set()),
]


ALL = {EARTHSEA, ROCANNON, SOLARIS, PERCENT}


@pytest.mark.usefixtures("shop")
async def test_keywords_find_the_rows_that_they_say_and_exclude_the_others():
    for lookups, titles in BY_KEYWORD:
        found = await Book.filter(**lookups).values_list(Book.title, flat=True)
        others = await Book.exclude(**lookups).values_list(Book.title, flat=True)

        assert (lookups, sorted(found)) == (lookups, sorted(titles))
        assert (lookups, sorted(others)) == (lookups, sorted(ALL - titles))


BY_EXPRESSION = [
    (lambda: Book.title == EARTHSEA, {EARTHSEA}),
    (lambda: Book.published == None, {ROCANNON}),  # noqa: E711
    (lambda: Book.published != None, {EARTHSEA, SOLARIS, PERCENT}),  # noqa: E711
    (lambda: Book.editor_id.is_distinct_from(1), {EARTHSEA, ROCANNON, PERCENT}),
    (lambda: Book.editor_id.is_distinct_from(None), {EARTHSEA, SOLARIS}),
    (lambda: ~Book.published.is_null(), {EARTHSEA, SOLARIS, PERCENT}),
    (lambda: (Book.price > 9) & (Book.price < 12), {SOLARIS}),
    (lambda: (Book.price > 12) | (Book.price < 5), {EARTHSEA, PERCENT}),
    (lambda: ~(Book.price > 9), {ROCANNON, PERCENT}),
    (lambda: Book.price.between(7, Decimal("9.99")), {ROCANNON, SOLARIS}),
    (lambda: Book.title.not_in([EARTHSEA]), {ROCANNON, SOLARIS, PERCENT}),
    (lambda: Book.price + 1 == Decimal(8), {ROCANNON}),
    (lambda: Book.price * 2 >= Decimal(25), {EARTHSEA}),
    (lambda: Book.price - Decimal("0.99") == 9, {SOLARIS}),
    (lambda: Book.price / 2 == Decimal("3.5"), {ROCANNON}),
    (lambda: -Book.price < -10, {EARTHSEA}),
    (lambda: Book.stock / 2 == 1.5, {EARTHSEA}),
    (lambda: Book.stock + 2 == Book.author_id * 2, {ROCANNON}),
    (lambda: Book.title + "!" == "Solaris!", {SOLARIS}),
    (lambda: Book.author.name + Book.title == "LemSolaris", {SOLARIS}),
    (lambda: Book.author.name < Book.title, {ROCANNON, SOLARIS}),
    (lambda: Book.editor.name == Book.author.mentor.name, {SOLARIS}),
    (lambda: func.lower(Book.title) == "solaris", {SOLARIS}),
    (lambda: func.upper(Book.author.name) == "LEM", {SOLARIS}),
    (lambda: func.length(Book.title) == 8, {EARTHSEA, ROCANNON}),
    (lambda: func.coalesce(Book.editor.name, "nobody") == "nobody", {ROCANNON, PERCENT}),
    (lambda: func.coalesce(Book.editor_id, Book.author_id) == 1, {ROCANNON, SOLARIS}),
    (lambda: func.date_part("year", Book.published) == 1968, {EARTHSEA}),
    (lambda: Book.published < func.now(), {EARTHSEA, SOLARIS, PERCENT}),
    (lambda: Book.price_with_tax == Decimal("7.70"), {ROCANNON}),
    (lambda: Book.author.id == 2, {SOLARIS}),
    (lambda: Book.tags.label == "sf", {SOLARIS}),
    (lambda: ~(Book.tags.label == "sf"), {EARTHSEA, ROCANNON, PERCENT}),
    (lambda: Book.tags.label != "sf", {EARTHSEA}),
    (lambda: (Book.tags.label == "sf") | (Book.price == 7), {ROCANNON, SOLARIS}),
    (lambda: Book.author.books.tags.label == "fantasy", {EARTHSEA, ROCANNON}),
    (lambda: Book.tags.books.author.name == "Lem", {SOLARIS}),
]


@pytest.mark.usefixtures("shop")
async def test_expressions_find_the_rows_that_they_say_and_exclude_the_others():
    for number, (condition, titles) in enumerate(BY_EXPRESSION):
        found = await Book.filter(condition()).values_list(Book.title, flat=True)
        others = await Book.exclude(condition()).values_list(Book.title, flat=True)

        assert (number, sorted(found)) == (number, sorted(titles))
        assert (number, sorted(others)) == (number, sorted(ALL - titles))


@pytest.mark.usefixtures("shop")
async def test_conditions_of_one_filter_on_a_relation_to_many_speak_of_one_row():
    of_one = Author.filter(Author.books.title == EARTHSEA, Author.books.price < 10)
    by_and = Author.filter((Author.books.title == EARTHSEA) & (Author.books.price < 10))
    by_mapping = Author.filter(books={"title": EARTHSEA, "price__lt": 10})
    with_or = Author.filter(
        Author.books.title == EARTHSEA, (Author.books.price < 10) | (Author.books.stock == 0)
    )
    of_two = Author.filter(Author.books.title == EARTHSEA).filter(
        (Author.books.price < 10) & (Author.name != "")
    )

    assert await of_one.count() == 0
    assert await by_and.count() == 0
    assert await by_mapping.count() == 0
    assert await with_or.count() == 0
    assert await of_two.count() == 1


@pytest.mark.usefixtures("shop")
async def test_a_related_instance_can_be_asked_for():
    le_guin = await Author.get(name="Le Guin")
    lem = await Author.get(name="Lem")
    fantasy = await Tag.get(label="fantasy")

    assert await Book.filter(author=le_guin).count() == 2
    assert await Book.filter(author__ne=le_guin).count() == 2
    assert await Book.filter(author__in=[le_guin, lem]).count() == 3
    assert await Book.filter(editor=lem).values_list("title", flat=True) == [EARTHSEA]
    assert await Book.filter(tags=fantasy).values_list("title", flat=True) == [EARTHSEA]


@pytest.mark.usefixtures("shop")
async def test_a_filter_by_the_key_of_a_related_row_needs_no_join():
    query = Book.filter(author__id=1)

    assert "JOIN" not in query.sql().text
    assert await query.count() == 2


@pytest.mark.parametrize(
    ("lookups", "error", "text"),
    [
        ({"titel": "x"}, UnknownColumn, 'did you mean "title"'),
        ({"title__startwith": "x"}, UnknownLookup, 'did you mean "startswith"'),
        ({"price__gteq": 3}, UnknownLookup, 'column "price" has no look-up "gteq"'),
        ({"price__startswith": "1"}, UnknownLookup, 'column "price" has no look-up "startswith"'),
        ({"published__yaer": 1}, UnknownLookup, 'did you mean "year"'),
        ({"published__year__startswith": "1"}, UnknownLookup, "startswith"),
        ({"title__exact__exact": "x"}, UnknownLookup, "exact__exact"),
        ({"author__nme": "x"}, UnknownColumn, 'Author has no column or relation "nme"'),
        ({"author": {"nme": "x"}}, UnknownColumn, 'Author has no column or relation "nme"'),
        ({"author__name__": "x"}, UnknownLookup, 'has no look-up ""'),
        ({"": "x"}, UnknownColumn, "no column or relation"),
        ({"author": 3}, QueryError, "give an instance of Author, a mapping"),
        ({"author__in": 3}, QueryError, "needs a list"),
        ({"title__in": "abc"}, QueryError, "a list of values is needed"),
        ({"title__in": 3}, QueryError, "a list of values is needed"),
        ({"title__contains": 3}, QueryError, "needs text"),
        ({"title__isnull": "no"}, QueryError, "isnull is True or False"),
        ({"editor__isnull": 1}, QueryError, "isnull is True or False"),
        ({"price__lt": None}, QueryError, 'nothing compares by "<" with NULL'),
        ({"price__between": (None, 3)}, QueryError, "an end of between is None"),
        ({"price__between": 3}, QueryError, "between needs two values"),
        ({"price__between": (1, 2, 3)}, QueryError, "between needs two values"),
        ({"stock": 1.5}, ValueRefused, "an integer cannot be made of a value of type float"),
        ({"stock__in": [1, "2"]}, ValueRefused, "an integer cannot be made"),
        ({"title": "a\0b"}, ValueRefused, "NUL"),
        ({"binding": "leather"}, ValueRefused, "'leather' is no label of Binding"),
        ({"keywords": "sf"}, ValueRefused, "an array cannot be made"),
    ],
)
def test_a_keyword_that_makes_no_sense_is_refused(lookups, error, text):
    with pytest.raises(error) as caught:
        Book.filter(**lookups)

    assert text in str(caught.value)


async def test_a_label_that_the_enum_lacks_is_said_when_it_is_read(db: Database):
    await db.execute("ALTER TYPE binding ADD VALUE 'scroll'")
    await db.execute("INSERT INTO author (id, name) VALUES (1, 'x')")
    await db.execute("INSERT INTO book (title, author_id, binding) VALUES ('x', 1, 'scroll')")

    with pytest.raises(ValueRefused, match="Binding does not have: 'scroll'"):
        await Book.filter().all()


async def test_a_moment_is_moved_and_subtracted_by_the_server(db: Database):
    from datetime import timedelta

    await db.execute("INSERT INTO author (id, name) VALUES (1, 'x')")
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    await Book.create(title="x", author_id=1, published=moment)
    day = timedelta(days=1)

    moved = await Book.filter().values_list(
        Book.published + day, Book.published - day, Book.published - moment
    )

    assert moved == [(moment + day, moment - day, timedelta(0))]
