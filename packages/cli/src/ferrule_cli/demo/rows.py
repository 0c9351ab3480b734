"""The rows of the bookshop: some thousand, the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from ferrule_cli.demo.writers import WRITERS, Work, Writer
from ferrule_core.deferred import dataclass

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Fiction": ("Classics", "Contemporary", "Crime", "Fantasy", "Science fiction"),
    "Children": ("Picture books", "Stories"),
    "Non-fiction": ("Computing", "History", "Nature", "Science"),
}
"""Sections, and the shelves in each."""

TAGS = (
    "award winner", "dragons", "first contact", "funny", "gift", "island", "long", "love",
    "murder", "rainy weekend", "robots", "sad", "school", "sea", "short", "staff pick",
    "time travel", "translated", "war", "wizards",
)  # fmt: skip

PUBLISHERS = (
    ("Lantern & Quill", "London"), ("Harbour Press", "Edinburgh"),
    ("Northern Lights", "Reykjavik"), ("Paper Crane", "Kyoto"), ("Third Moon", "Portland"),
    ("Kestrel Books", "Dublin"), ("Atelier Vingt", "Lyon"), ("Oak Gall", "Berlin"),
)  # fmt: skip
"""Invented, as is which of them sells what."""

TRANSLATES = {
    "Constance Garnett": "ru",
    "Gregory Rabassa": "es",
    "Jay Rubin": "ja",
    "Michael Kandel": "pl",
    "William Weaver": "it",
}
"""The languages that our translators know."""

STORES = (
    ("Harbour Street", "Hamburg", date(1998, 4, 1)),
    ("Old Market", "Leipzig", date(2006, 9, 15)),
    ("Station Arcade", "Cologne", date(2014, 3, 3)),
    ("River Quarter", "Bremen", date(2021, 11, 11)),
)

FIRST_NAMES = (
    "Ada", "Ben", "Chloe", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Karin",
    "Luca", "Mara", "Noah", "Olga", "Pablo", "Quinn", "Rosa", "Samir", "Tilda", "Uwe", "Vera",
    "Wanda", "Xenia", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Albrecht", "Baker", "Castillo", "Dietrich", "Engel", "Fischer", "Garcia", "Haas", "Ivanova",
    "Jansen", "Kaya", "Lindgren", "Moreau", "Nowak", "Okafor", "Petersen", "Quast", "Richter",
    "Schmidt", "Tanaka", "Ulrich", "Vogel", "Weber", "Young", "Zimmer",
)  # fmt: skip
STREETS = ("Lindenweg", "Hafenstr.", "Am Markt", "Schulstr.", "Gartenweg", "Bahnhofstr.")
CITIES = ("Hamburg", "Leipzig", "Cologne", "Bremen", "Kiel", "Jena", "Bonn")
PRAISE = ("Could not put it down.", "Read it twice.", "A gift for my sister; she kept it.", None)
LIKED = {4, 5}
BLAME = ("Not for me.", "The cover is nicer than the book.", "Gave up half way.", None)

FORMATS = ("hardcover", "paperback", "ebook", "audiobook")
STATUSES = ("open", "paid", "shipped", "delivered", "cancelled")
REASONS = ("damaged", "wrong book", "did not like it")

CUSTOMERS = 250
PURCHASES = 900
NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
"""The shop's present: rows never depend on when they are made."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table. Identity columns are left out: they count from 1 in this order."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def make_rows() -> Iterator[Rows]:
    """Yield the rows of all tables, in an order that foreign keys accept."""
    shop = _Shop()
    yield authors()
    yield publishers()
    yield categories()
    yield shop.books()
    yield shop.book_authors()
    yield Rows("tag", ("label",), [(label,) for label in TAGS])
    yield shop.book_tags()
    yield stores()
    yield shop.employees()
    yield shop.stock()
    yield shop.customers()
    yield shop.addresses()
    yield from shop.purchases()
    yield shop.reviews()


def authors() -> Rows:
    """Everybody on a title page."""
    return Rows(
        "author",
        ("name", "sort_name", "born", "died", "pen_names", "links"),
        [
            (who.name, who.sort_name, who.born, who.died, list(who.pen_names), _links(who))
            for who in WRITERS
        ],
    )


def publishers() -> Rows:
    """Publishers with their sites, under a domain that exists nowhere."""
    return Rows(
        "publisher",
        ("name", "city", "website"),
        [(name, city, f"https://{_slug(name)}.example") for name, city in PUBLISHERS],
    )


def categories() -> Rows:
    """Sections first, so that their keys are 1 to n; then the shelves in them."""
    sections = [(None, section, _slug(section)) for section in CATEGORIES]
    shelves = [
        (key, shelf, _slug(shelf))
        for key, names in enumerate(CATEGORIES.values(), start=1)
        for shelf in names
    ]
    return Rows("category", ("parent_id", "name", "slug"), [*sections, *shelves])


def stores() -> Rows:
    """Where the books stand."""
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "10:00-19:00")
    hours = [json.dumps(days | ({"sat": "10:00-16:00"} if odd else {})) for odd in (0, 1, 0, 1)]
    return Rows(
        "store",
        ("name", "city", "opened_on", "opening_hours"),
        [(*store, opening) for store, opening in zip(STORES, hours, strict=True)],
    )


class _Shop:
    """Rolls the dice, table after table, and remembers the keys that others refer to."""

    def __init__(self) -> None:
        self.dice = Random(1968)  # noqa: S311 - sample rows, not secrets
        self.works = [(writer, work) for writer in WRITERS for work in writer.works]
        self.book_ids = [self._uuid() for _ in self.works]
        self.prices = [Decimal(self.dice.randrange(790, 3490, 50)) / 100 for _ in self.works]
        self.popularity = [self.dice.paretovariate(2) for _ in self.works]
        self.customer_ids = [self._uuid() for _ in range(CUSTOMERS)]
        self.homes: list[list[int]] = []
        self.bought: list[tuple[int, int, datetime]] = []

    def books(self) -> Rows:
        shelf_ids = {row[1]: key for key, row in enumerate(categories().rows, start=1)}
        rows: list[tuple[object, ...]] = []
        for number, (_, work) in enumerate(self.works):
            format_ = self.dice.choices(FORMATS, weights=(2, 7, 2, 1))[0]
            rows.append(
                (
                    self.book_ids[number],
                    _isbn(number),
                    work.title,
                    format_,
                    self.prices[number],
                    self.dice.randrange(90, 900),
                    date(work.year, self.dice.randint(1, 12), self.dice.randint(1, 28)),
                    ["en", "de"] if format_ == "audiobook" else ["en"],
                    self._details(work),
                    self.dice.randint(1, len(PUBLISHERS)),
                    shelf_ids[work.category],
                    self.book_ids[number - 1] if work.sequel else None,
                )
            )
        columns = (
            "id", "isbn", "title", "format", "price", "pages", "published_on", "languages",
            "details", "publisher_id", "category_id", "sequel_to_id",
        )  # fmt: skip
        return Rows("book", columns, rows)

    def book_authors(self) -> Rows:
        keys = {writer.name: key for key, writer in enumerate(WRITERS, start=1)}
        rows: list[tuple[object, ...]] = []
        for book_id, (writer, work) in zip(self.book_ids, self.works, strict=True):
            credits_ = [(writer.name, "author"), *work.also]
            rows += [
                (book_id, keys[name], role, position)
                for position, (name, role) in enumerate(credits_, start=1)
            ]
        return Rows("book_author", ("book_id", "author_id", "contribution", "position"), rows)

    def book_tags(self) -> Rows:
        rows: list[tuple[object, ...]] = []
        for book_id, (_, work) in zip(self.book_ids, self.works, strict=True):
            labels = set(self.dice.sample(TAGS[1:], self.dice.randint(1, 4))) - {"translated"}
            labels |= {"award winner"} if work.awards else set()
            labels |= {"translated"} if _original_language(work) else set()
            rows += [(book_id, TAGS.index(label) + 1) for label in sorted(labels)]
        return Rows("book_tag", ("book_id", "tag_id"), rows)

    def employees(self) -> Rows:
        rows: list[tuple[object, ...]] = [(1, None, self._name(), date(1998, 4, 1), Decimal(40))]
        for store_id, (_, _, opened_on) in enumerate(STORES, start=1):
            rows.append((store_id, 1, self._name(), opened_on, Decimal("38.5")))
            manager_id = len(rows)
            rows += [
                (
                    store_id,
                    manager_id,
                    self._name(),
                    opened_on + timedelta(days=self.dice.randrange(1500)),
                    Decimal(self.dice.choice(("20", "30", "38.5"))),
                )
                for _ in range(self.dice.randint(3, 6))
            ]
        columns = ("store_id", "manager_id", "name", "hired_on", "hours_per_week")
        return Rows("employee", columns, rows)

    def stock(self) -> Rows:
        rows: list[tuple[object, ...]] = [
            (store_id, book_id, self.dice.randint(0, 12), self._before(days=60))
            for store_id in range(1, len(STORES) + 1)
            for book_id in self.book_ids
            if self._chance(0.8)
        ]
        return Rows("stock", ("store_id", "book_id", "quantity", "counted_at"), rows)

    def customers(self) -> Rows:
        rows: list[tuple[object, ...]] = []
        for number, customer_id in enumerate(self.customer_ids, start=1):
            name = self._name()
            rows.append(
                (
                    customer_id,
                    f"{_slug(name).replace('-', '.')}{number}@mail.example",
                    name,
                    date(self.dice.randint(1945, 2007), self.dice.randint(1, 12), 7),
                    self._chance(0.4),
                    json.dumps({"wrap": self._chance(0.2)}),
                    self._before(days=2000),
                )
            )
        columns = ("id", "email", "name", "born", "newsletter", "preferences", "joined_at")
        return Rows("customer", columns, rows)

    def addresses(self) -> Rows:
        rows: list[tuple[object, ...]] = []
        for customer_id in self.customer_ids:
            self.homes.append([])
            for _ in range(self.dice.choice((1, 1, 2))):
                street = f"{self.dice.choice(STREETS)} {self.dice.randint(1, 120)}"
                postcode = f"{self.dice.randint(1067, 99998):05}"
                rows.append((customer_id, street, self.dice.choice(CITIES), postcode))
                self.homes[-1].append(len(rows))
        return Rows("address", ("customer_id", "street", "city", "postcode"), rows)

    def purchases(self) -> Iterator[Rows]:
        purchases: list[tuple[object, ...]] = []
        lines: list[tuple[object, ...]] = []
        returned: list[tuple[object, ...]] = []
        for purchase_id in range(1, PURCHASES + 1):
            customer = int(self.dice.triangular(0, CUSTOMERS, 10))
            placed_at = self._before(days=700)
            status = self.dice.choices(STATUSES, weights=(1, 1, 2, 12, 1))[0]
            paid_at = None if status in {"open", "cancelled"} else placed_at + timedelta(hours=3)
            homes = self.homes[customer]
            note = "Happy birthday!" if self._chance(0.05) else None
            purchases.append(
                (self.customer_ids[customer], homes[-1], homes[0], status, placed_at, paid_at, note)
            )
            for line, book in enumerate(self._basket(), start=1):
                quantity = self.dice.choices((1, 2, 3), weights=(12, 2, 1))[0]
                lines.append((purchase_id, line, self.book_ids[book], quantity, self.prices[book]))
                self.bought.append((customer, book, placed_at))
                if status == "delivered" and self._chance(0.03):
                    returned.append(
                        (purchase_id, line, placed_at.date(), self.dice.choice(REASONS))
                    )
        columns = (
            "customer_id", "shipping_address_id", "billing_address_id", "status", "placed_at",
            "paid_at", "gift_note",
        )  # fmt: skip
        of_line = ("purchase_id", "line", "book_id", "quantity", "unit_price")
        yield Rows("purchase", columns, purchases)
        yield Rows("purchase_line", of_line, lines)
        yield Rows("returned_line", ("purchase_id", "line", "returned_on", "reason"), returned)

    def reviews(self) -> Rows:
        rows: dict[tuple[int, int], tuple[object, ...]] = {}
        for customer, book, placed_at in self.bought:
            if self._chance(0.35):
                rating = self.dice.choices((1, 2, 3, 4, 5), weights=(1, 1, 3, 6, 7))[0]
                body = self.dice.choice(PRAISE if rating in LIKED else BLAME)
                written_at = placed_at + timedelta(days=self.dice.randint(4, 30))
                keys = (self.book_ids[book], self.customer_ids[customer])
                rows[book, customer] = (*keys, rating, body, written_at)
        columns = ("book_id", "customer_id", "rating", "body", "written_at")
        return Rows("review", columns, list(rows.values()))

    def _basket(self) -> list[int]:
        books = self.dice.choices(
            range(len(self.works)), weights=self.popularity, k=self.dice.randint(1, 4)
        )
        return sorted(set(books))

    def _chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def _details(self, work: Work) -> str:
        details: dict[str, object] = {"weight_grams": self.dice.randrange(150, 1200, 10)}
        if work.awards:
            details["awards"] = list(work.awards)
        if language := _original_language(work):
            details["translated_from"] = language
        return json.dumps(details)

    def _name(self) -> str:
        return f"{self.dice.choice(FIRST_NAMES)} {self.dice.choice(LAST_NAMES)}"

    def _before(self, *, days: int) -> datetime:
        return NOW - timedelta(minutes=self.dice.randrange(days * 24 * 60))

    def _uuid(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)


def _original_language(work: Work) -> str | None:
    return next((TRANSLATES[name] for name, _ in work.also if name in TRANSLATES), None)


def _links(writer: Writer) -> str:
    links = {"wikipedia": f"https://en.wikipedia.org/wiki/{writer.name.replace(' ', '_')}"}
    return json.dumps(links if writer.works else {}, ensure_ascii=False)


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _isbn(number: int) -> str:
    """An ISBN-13 with its check digit, from a range that belongs to no publisher."""
    digits = f"97999999{number:04}"
    checksum = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-checksum % 10}"
