"""Which signals each verb sends, to whom, and in which order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from packages.core.tests.integration.watching.bookshop import Book, BookTag, Note, Tag

from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import signals
from ferrule_core.model.signals import BulkWrite, LinkWrite
from ferrule_core.query.merging import incoming
from ferrule_core.query.servers import major_version

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]

ACTIONS = ("save", "create", "update", "delete", "bulk", "links")


def about(target: object) -> str:
    if isinstance(target, BulkWrite | LinkWrite):
        return target.verb
    return str(getattr(target, "title", getattr(target, "text", "?")))


class Recorder:
    """Hears everything that a model says."""

    def __init__(self, model: type[Mapped]) -> None:
        self.heard: list[str] = []
        self._undo: list[Callable[[], None]] = []
        for action in ACTIONS:
            for phase in ("pre", "post", "committed"):
                self._listen(model, phase, action)
            self._surround(model, action)

    def _listen(self, model: type[Mapped], phase: str, action: str) -> None:
        async def handler(target: object) -> None:
            self.heard.append(f"{phase} {action}: {about(target)}")

        signal: Any
        if phase == "pre":
            signal = getattr(signals, f"pre_{action}")(model)
        else:
            signal = getattr(signals, f"post_{action}")(model, on_commit=phase == "committed")
        signal(handler)
        self._undo.append(lambda: signal.remove(handler))

    def _surround(self, model: type[Mapped], action: str) -> None:
        def handler(target: object) -> Iterator[None]:
            self.heard.append(f"enter {action}: {about(target)}")
            yield
            self.heard.append(f"leave {action}: {about(target)}")

        signal = getattr(signals, f"around_{action}")(model)
        signal(handler)
        self._undo.append(lambda: signal.remove(handler))

    def forget(self) -> None:
        for undo in self._undo:
            undo()


@pytest.fixture
async def heard() -> AsyncIterator[list[str]]:
    await Book.create(title="Emma")
    await Book.create(title="Ulysses")
    await Tag.create(label="old")
    await Note.create(text="first")
    recorders = [Recorder(Book), Recorder(Note)]
    recorders[1].heard = recorders[0].heard
    yield recorders[0].heard
    for recorder in recorders:
        recorder.forget()
    assert Book.__table__.watch is None
    assert Note.__table__.watch is None


def of_row(title: str, *actions: str, tried: tuple[str, ...] = ()) -> list[str]:
    """All that is said of one row, where ``actions`` became of it."""
    tried = tried or actions
    return [
        *[f"enter {action}: {title}" for action in tried],
        *[f"pre {action}: {title}" for action in tried],
        *[f"post {action}: {title}" for action in reversed(actions)],
        *[f"leave {action}: {title}" for action in reversed(tried)],
        *[f"committed {action}: {title}" for action in reversed(actions)],
    ]


def of_call(verb: str, inside: list[str], kind: str = "bulk") -> list[str]:
    """All that is said of a call, and inside of it of rows; what is committed comes last."""
    within = [line for line in inside if not line.startswith("committed")]
    later = [line for line in inside if line.startswith("committed")]
    return [
        f"enter {kind}: {verb}",
        f"pre {kind}: {verb}",
        *within,
        f"post {kind}: {verb}",
        f"leave {kind}: {verb}",
        *later,
        f"committed {kind}: {verb}",
    ]


def of_rows(titles: list[str], *actions: str, tried: tuple[str, ...] = ()) -> list[str]:
    tried = tried or actions
    return [
        *[f"enter {action}: {title}" for title in titles for action in tried],
        *[f"pre {action}: {title}" for title in titles for action in tried],
        *[f"post {action}: {title}" for title in titles for action in reversed(actions)],
        *[f"leave {a}: {title}" for title in reversed(titles) for a in reversed(tried)],
        *[f"committed {action}: {title}" for title in titles for action in reversed(actions)],
    ]


CREATED = ("save", "create")
UPDATED = ("save", "update")
EITHER = ("save", "create", "update")


async def create() -> None:
    await Book.create(title="Dune")


async def save_new() -> None:
    await Book(title="Dune").save()


async def save_changed() -> None:
    emma = await Book.get(title="Emma")
    emma.stock = 3
    await emma.save()


async def save_unchanged() -> None:
    await (await Book.get(title="Emma")).save()


async def delete() -> None:
    await (await Book.get(title="Emma")).delete()


async def increment() -> None:
    await (await Book.get(title="Emma")).increment(Book.stock)


async def get_or_create_found() -> None:
    await Book.get_or_create(title="Emma")


async def get_or_create_made() -> None:
    await Book.get_or_create(title="Dune")


async def update_or_create_found() -> None:
    await Book.update_or_create({"stock": 4}, title="Emma")


async def update_or_create_made() -> None:
    await Book.update_or_create({"stock": 4}, title="Dune")


async def upsert_inserted() -> None:
    await Book(title="Dune").upsert(on=[Book.title])


async def upsert_updated() -> None:
    await Book(title="Emma", stock=5).upsert(on=[Book.title])


async def upsert_untouched() -> None:
    await Book(title="Emma", stock=5).upsert(on=[Book.title], update=[])


async def bulk_create() -> None:
    await Book.bulk_create([Book(title="Dune"), Book(title="Nana")])


async def bulk_create_by_copy() -> None:
    await Book.bulk_create([Book(title="Dune"), Book(title="Nana")], copy=True)


async def bulk_create_ignoring() -> None:
    await Book.bulk_create([Book(title="Dune"), Book(title="Emma")], ignore_conflicts=True)


async def bulk_update() -> None:
    emma, ulysses = await Book.get(title="Emma"), await Book.get(title="Ulysses")
    emma.stock = 7
    await Book.bulk_update([emma, ulysses])


async def bulk_delete() -> None:
    await Book.bulk_delete(await Book.filter().order_by(Book.id).all())


async def bulk_upsert() -> None:
    await Book.bulk_upsert([Book(title="Dune"), Book(title="Emma", stock=1)], on=[Book.title])


async def query_update() -> None:
    await Book.filter(title="Emma").update(stock=Book.stock + 1)


async def query_update_returning() -> None:
    rows = await Book.filter(title="Emma").returning(Book.title, Book.stock).update(stock=9)
    assert rows == [("Emma", 9)]


async def query_delete() -> None:
    assert await Book.filter(title="Emma").delete() == 1


async def query_delete_returning() -> None:
    (row,) = await Book.filter(title="Emma").returning().delete()
    assert row.title == "Emma"


async def insert_from() -> None:
    assert await Book.insert_from(Note.filter(), title=Note.text, kind="note") == 1


async def merge() -> None:
    await (
        Book.merge(Note.filter(), on=Book.title == incoming(Note.text))
        .when_not_matched()
        .insert(Book.title.set(incoming(Note.text)))
        .run()
    )


async def links_added() -> None:
    emma, tag = await Book.get(title="Emma"), await Tag.get(label="old")
    assert await emma.linked(Book.tags).add(tag) == 1


async def links_removed() -> None:
    emma, tag = await Book.get(title="Emma"), await Tag.get(label="old")
    await emma.linked(Book.tags).remove(tag)


async def links_set() -> None:
    emma, tag = await Book.get(title="Emma"), await Tag.get(label="old")
    assert await emma.linked(Book.tags).set([tag]) == (1, 0)


async def links_cleared() -> None:
    await (await Book.get(title="Emma")).linked(Book.tags).clear()


async def soft_delete() -> None:
    await (await Note.get(text="first")).delete()


async def soft_delete_by_query() -> None:
    assert await Note.filter(text="first").delete() == 1
    assert await Note.only_deleted().count() == 1


async def purge() -> None:
    await (await Note.get(text="first")).purge()


async def purge_by_query() -> None:
    assert await Note.filter(text="first").purge() == 1
    assert await Note.with_deleted().count() == 0


async def bulk_soft_delete() -> None:
    await Note.bulk_delete(await Note.filter().all())


TABLE: list[tuple[Callable[[], Awaitable[None]], list[str]]] = [
    (create, of_row("Dune", *CREATED)),
    (save_new, of_row("Dune", *CREATED)),
    (save_changed, of_row("Emma", *UPDATED)),
    (save_unchanged, of_row("Emma", tried=UPDATED)),
    (delete, of_row("Emma", "delete")),
    (increment, of_row("Emma", *UPDATED)),
    (get_or_create_found, []),
    (get_or_create_made, of_row("Dune", *CREATED)),
    (update_or_create_found, of_row("Emma", *UPDATED)),
    (update_or_create_made, of_row("Dune", *CREATED)),
    (upsert_inserted, of_row("Dune", *CREATED, tried=EITHER)),
    (upsert_updated, of_row("Emma", *UPDATED, tried=EITHER)),
    (upsert_untouched, of_row("Emma", tried=EITHER)),
    (bulk_create, of_call("bulk_create", of_rows(["Dune", "Nana"], *CREATED))),
    (bulk_create_by_copy, of_call("bulk_create", of_rows(["Dune", "Nana"], *CREATED))),
    (bulk_delete, of_call("bulk_delete", of_rows(["Emma", "Ulysses"], "delete"))),
    (query_update, of_call("update", of_rows(["Emma"], *UPDATED))),
    (query_update_returning, of_call("update", of_rows(["Emma"], *UPDATED))),
    (query_delete, of_call("delete", of_rows(["Emma"], "delete"))),
    (query_delete_returning, of_call("delete", of_rows(["Emma"], "delete"))),
    (insert_from, of_call("insert_from", of_rows(["first"], *CREATED))),
    (links_added, of_call("add", [], "links")),
    (links_removed, of_call("remove", [], "links")),
    (links_set, of_call("set", [], "links")),
    (links_cleared, of_call("clear", [], "links")),
    (soft_delete, of_row("first", "delete")),
    (soft_delete_by_query, of_call("delete", of_rows(["first"], "delete"))),
    (purge, of_row("first", "delete")),
    (purge_by_query, of_call("purge", of_rows(["first"], "delete"))),
    (bulk_soft_delete, of_call("bulk_delete", of_rows(["first"], "delete"))),
]


@pytest.mark.parametrize(("verb", "said"), TABLE, ids=[verb.__name__ for verb, _ in TABLE])
async def test_a_verb_sends_these_signals_and_no_others(
    heard: list[str], verb: Callable[[], Awaitable[None]], said: list[str]
) -> None:
    await verb()

    assert heard == said


async def test_only_rows_that_changed_are_said_to_be_updated(heard: list[str]) -> None:
    await bulk_update()

    assert heard == of_call(
        "bulk_update",
        [
            *[f"enter {a}: {title}" for title in ("Emma", "Ulysses") for a in UPDATED],
            *[f"pre {a}: {title}" for title in ("Emma", "Ulysses") for a in UPDATED],
            "post update: Emma",
            "post save: Emma",
            *[f"leave {a}: {t}" for t in ("Ulysses", "Emma") for a in reversed(UPDATED)],
            "committed update: Emma",
            "committed save: Emma",
        ],
    )


@pytest.mark.parametrize(
    ("verb", "became"),
    [
        (bulk_upsert, {"Dune": "create", "Emma": "update"}),
        (bulk_create_ignoring, {"Dune": "create"}),
    ],
)
async def test_what_became_of_each_row_is_said_of_upserts(
    heard: list[str], verb: Callable[[], Awaitable[None]], became: dict[str, str]
) -> None:
    await verb()

    posts = [line for line in heard if line.startswith("post") and "bulk" not in line]
    assert posts == [
        f"post {action}: {title}" for title, last in became.items() for action in (last, "save")
    ]
    assert {line for line in heard if line.startswith("pre ") and "bulk" not in line} == {
        f"pre {action}: {title}" for title in ("Dune", "Emma") for action in EITHER
    }


async def test_a_merge_is_a_call_of_rows_that_nobody_knows(heard: list[str]) -> None:
    if await major_version(None) < 15:
        pytest.skip("MERGE came with PostgreSQL 15")

    await merge()

    assert heard == of_call("merge", [])


async def test_restored_rows_are_updated(heard: list[str]) -> None:
    note = await Note.get(text="first")
    await note.delete()
    heard.clear()

    await note.restore()

    assert heard == of_row("first", *UPDATED)


async def test_rows_restored_by_a_query_are_updated(heard: list[str]) -> None:
    await soft_delete()
    heard.clear()

    assert await Note.only_deleted().restore() == 1

    assert heard == of_call("restore", of_rows(["first"], *UPDATED))


async def test_rows_of_the_junction_itself_are_no_links(heard: list[str]) -> None:
    emma, tag = await Book.get(title="Emma"), await Tag.get(label="old")

    await BookTag.create(book_id=emma.id, tag_id=tag.id)

    assert heard == []
