"""The contract of generated code: what checkers know of it, and that it does so on a server."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ferrule_core.database import connect
from ferrule_core.errors import NotLoaded, UniqueViolation

pytestmark = pytest.mark.anyio

LIBRARY = """
CREATE SCHEMA library;
CREATE TYPE library.state AS ENUM ('in', 'out', 'on the way');
CREATE DOMAIN library.isbn AS text CHECK (length(VALUE) > 3);
CREATE TABLE library.branch (city text, number int, PRIMARY KEY (city, number));
CREATE TABLE library.title (
    isbn library.isbn PRIMARY KEY,
    name text NOT NULL,
    languages text[] NOT NULL DEFAULT '{}',
    facts jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE library.copy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    isbn library.isbn NOT NULL REFERENCES library.title,
    city text NOT NULL,
    number int NOT NULL,
    state library.state NOT NULL DEFAULT 'in',
    states library.state[] NOT NULL DEFAULT '{}',
    price numeric(8, 2) NOT NULL,
    gross numeric(8, 2) GENERATED ALWAYS AS (price * 2) STORED,
    bought date,
    "class" text,
    FOREIGN KEY (city, number) REFERENCES library.branch
);
CREATE TABLE library.subject (
    id int PRIMARY KEY,
    parent_id int REFERENCES library.subject,
    label text NOT NULL
);
CREATE TABLE library.title_subject (
    isbn library.isbn REFERENCES library.title,
    subject_id int REFERENCES library.subject,
    weight int NOT NULL DEFAULT 1,
    PRIMARY KEY (isbn, subject_id)
);
CREATE VIEW library.cheap AS SELECT id, price FROM library.copy WHERE price < 10;
"""


@pytest.mark.timeout(300)
@pytest.mark.requires_postgres(min=18)  # what checkers say does not depend on it
async def test_checkers_know_of_the_contracts_package_what_it_promises(project, shared: Path):
    contract = shared / "contracts"
    await project.run((contract / "generated" / "schema.sql").read_text())
    await project.pull()
    file = project.root / "usage.py"
    file.write_text((contract / "generated" / "usage.py").read_text())

    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs
        [sys.executable, str(contract / "check_typing.py"), str(file)],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(project.root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("false alarms 0") == 2


@pytest.fixture
async def library(project, import_package, tmp_path: Path):
    await project.run(LIBRARY)
    await project.pull(schema=["library"], output=Path("library_models"))
    package = import_package(tmp_path / "library_models")
    async with connect(project.url):
        yield package


async def test_rows_are_written_and_read_by_managers(library):
    branches, titles = library.managers.BranchManager(), library.managers.TitleManager()
    copies = library.managers.CopyManager()
    branch = await branches.create_item(city="Ulm", number=1)
    title = await titles.create_item(isbn="1234", name="Emma", languages=["en", "de"])

    made = await copies.create_items(
        [
            {"isbn": "1234", "city": "Ulm", "number": 1, "price": Decimal(n), "class_": "x"}
            for n in (5, 20)
        ]
    )

    assert [copy.gross for copy in made] == [Decimal(10), Decimal(40)]
    assert [copy.state for copy in made] == [library.State.IN, library.State.IN]
    assert await copies.load_by_ids([copy.id for copy in reversed(made)]) == made[::-1]
    assert await branches.load_by_id(("Ulm", 1)) == branch
    assert (await branches.fetch_copies(branch)) == made
    assert (await copies.fetch_title(made[0])) == title
    assert (await copies.fetch_branch(made[0])) == branch


async def test_rows_are_found_by_typed_keywords(library):
    await library.Branch.create(city="Ulm", number=1)
    await library.Title.create(isbn="1234", name="Emma", languages=["en"], facts={"pages": 400})
    copy = await library.Copy.create(
        isbn="1234",
        city="Ulm",
        number=1,
        price=Decimal(5),
        bought=date(2020, 2, 3),
        state=library.State.ON_THE_WAY,
        states=[library.State.OUT, library.State.IN],
        class_="a",
    )

    for lookups in (
        {"class_": "a"},
        {"price__lt": Decimal(6), "bought__year": 2020, "bought__month__gte": 2},
        {"state": library.State.ON_THE_WAY},
        {"state__in": [library.State.ON_THE_WAY]},
        {"states__contains": [library.State.OUT]},
        {"title": {"name__istartswith": "em", "languages__overlap": ["en"]}},
        {"branch__city": "Ulm"},
        {"title__copies": {"class___exact": "a"}},
    ):
        assert await library.Copy.filter(**lookups).all() == [copy], lookups
    assert await library.Copy.exclude(state=library.State.ON_THE_WAY).count() == 0
    assert (await library.Title.get(isbn="1234")).facts == {"pages": 400}
    assert [found.states for found in await library.Copy.filter().all()] == [
        [library.State.OUT, library.State.IN]
    ]


async def test_relations_lead_in_all_directions(library):
    top = await library.Subject.create(id=1, label="top")
    await library.Subject.create(id=2, label="low", parent_id=1)
    title = await library.Title.create(isbn="1234", name="Emma")
    titles = library.managers.TitleManager()

    assert await titles.add_subjects(title, 1, 2) == 2

    assert [s.label for s in await titles.fetch_subjects(title)] == ["top", "low"]
    assert [s.weight for s in await titles.fetch_title_subjects(title)] == [1, 1]
    subjects = library.managers.SubjectManager()
    assert [s.label for s in await subjects.fetch_children(top)] == ["low"]
    assert await subjects.fetch_parent(top) is None
    assert await titles.remove_subjects(title, top) == 1
    assert await titles.clear_subjects(title) == 1
    loaded = await library.Subject.filter(id=2).include(library.Subject.parent).get()
    assert loaded.parent.label == "top"
    with pytest.raises(NotLoaded):
        _ = loaded.children


async def test_a_view_is_read_and_cannot_be_written(library):
    await library.Branch.create(city="Ulm", number=1)
    await library.Title.create(isbn="1234", name="Emma")
    await library.Copy.create(isbn="1234", city="Ulm", number=1, price=Decimal(5))

    assert [row.price for row in await library.Cheap.filter(price__lte=Decimal(5)).all()] == [5]
    assert await library.managers.CheapManager().count() == 1
    assert not hasattr(library.Cheap, "create")
    assert not hasattr(library.managers.CheapManager, "create_item")


async def test_the_users_subclass_is_what_queries_and_relations_give(
    project, import_package, tmp_path: Path
):
    await project.run(LIBRARY)
    await project.pull(schema=["library"], output=Path("library_models"))
    mine = tmp_path / "library_models" / "title.py"
    mine.write_text(
        mine.read_text().replace(
            "    pass",
            "    @property\n    def shout(self) -> str:\n        return self.name.upper()",
        )
    )
    library = import_package(tmp_path / "library_models")

    async with connect(project.url):
        await library.Branch.create(city="Ulm", number=1)
        made = await library.Title.create(isbn="1234", name="Emma")
        await library.Copy.create(isbn="1234", city="Ulm", number=1, price=Decimal(5))
        copy = await library.Copy.filter().include(library.Copy.title).get()

        assert made.shout == "EMMA"
        assert copy.title.shout == "EMMA"
        assert (await library.managers.TitleManager().load_by_id("1234")).shout == "EMMA"


async def test_constraints_of_the_database_are_errors_with_names(library):
    titles = library.managers.TitleManager()
    await titles.create_item(isbn="1234", name="Emma")

    with pytest.raises(UniqueViolation) as caught:
        await titles.create_item(isbn="1234", name="Emma")

    assert caught.value.constraint == "title_pkey"
    assert await titles.get_or_create({"name": "Other"}, isbn="1234") == (
        await titles.load_by_id("1234"),
        False,
    )
