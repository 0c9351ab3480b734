"""Names and texts that PostgreSQL accepts and that break generators: all of them, no server."""

from __future__ import annotations

import json
import keyword
import subprocess
import sys
import unicodedata
import warnings
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ferrule_codegen.generator import ModelsGenerator
from ferrule_core.catalog import (
    Catalog,
    Check,
    Column,
    Domain,
    Enum,
    ForeignKey,
    Index,
    IndexElement,
    PrimaryKey,
    QualifiedName,
    Table,
    TypeRef,
    View,
)
from ferrule_core.plugins.builtin_types import builtin_types
from ferrule_core.plugins.contracts import GeneratedFile, GenerateRequest

TEXT = TypeRef("pg_catalog", "text")
KEY = Column(name="key", type=TypeRef("pg_catalog", "int4"), nullable=False)

REPORT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import hostile, hostile.managers
named = [getattr(hostile, name) for name in hostile.__all__]
models = [value for value in named if hasattr(value, "__table__")]
[getattr(hostile.managers, name) for name in hostile.managers.__all__]
json.dump(
    [
        [t.schema, t.name, [[attribute, column.name] for attribute, column in t.columns.items()]]
        for t in (model.__table__ for model in models)
    ],
    sys.stdout,
)
for model in models:
    for relation in model.__table__.relations:
        model.__table__.link(relation)
    for column in model.__table__.columns.values():
        column.value_type
    model.filter().sql()
"""


def cases(shared: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shared / "hostile" / "identifiers.json").read_text())
    return document


def named(document: dict[str, Any], kind: str) -> list[str]:
    """Each name that is for this kind of object, once."""
    return list(dict.fromkeys(c["name"] for c in document["cases"] if kind in c["where"]))


def texts(document: dict[str, Any]) -> list[str]:
    """Each text for comments, defaults and checks."""
    found = [text.get("text", "x" * (1 << 20)) for text in document["texts"]]
    return [*found, *named(document, "column")]


def table(name: str, *columns: str, schema: str = "public", **more: Any) -> Table:
    return Table(
        name=QualifiedName(schema, name),
        columns=tuple(Column(name=c, type=TEXT) for c in columns) or (KEY,),
        **more,
    )


def everything(document: dict[str, Any]) -> Catalog:
    """A catalog with each name at each kind of object that it is for."""
    number = count()
    enums = [
        Enum(name=QualifiedName("types", n), labels=("a",), comment=n)
        for n in named(document, "enum_type")
    ]
    labels = Enum(
        name=QualifiedName("types", "labels"), labels=tuple(named(document, "enum_label"))
    )
    return Catalog(
        enums=(*enums, labels),
        tables=(
            *(table(n, schema=n) for n in named(document, "schema")),
            *(table(n, schema="tables", comment=n) for n in named(document, "table")),
            table("all columns", *named(document, "column"), schema="columns"),
            *(table(f"column {next(number)}", c, schema="one") for c in named(document, "column")),
            *references(document),
            *(with_text(text, next(number)) for text in texts(document)),
            table("enums", schema="types"),
        ),
        views=(View(name=QualifiedName("v", "view"), columns=(KEY,), definition="SELECT 1"),),
    )


def references(document: dict[str, Any]) -> list[Table]:
    """Foreign keys over columns, to tables and of constraints with such names."""
    found: list[Table] = []
    for number, name in enumerate(named(document, "constraint")):
        target = table(f"target {number}", name, schema="keys")
        key = PrimaryKey(name=f"{name}", columns=(name,))
        foreign = ForeignKey(name=name, columns=(name,), target=target.name, target_columns=(name,))
        index = Index(name=name, elements=(IndexElement(column=name, descending=True),))
        target = Table(name=target.name, columns=target.columns, primary_key=key)
        source = table(
            f"source {number}", name, schema="keys", foreign_keys=(foreign,), indexes=(index,)
        )
        found += [target, source]
    return found


def with_text(text: str, number: int) -> Table:
    """The text as comment, default, check, and in an index."""
    column = Column(name="c", type=TEXT, default=text, comment=text)
    return Table(
        name=QualifiedName("texts", f"text {number}"),
        columns=(column,),
        comment=text,
        checks=(Check(name="k", expression=text),),
        indexes=(Index(name="i", elements=(IndexElement(expression=text),), predicate=text),),
    )


def generate(catalog: Catalog) -> list[GeneratedFile]:
    types = {mapping.name: mapping for mapping in builtin_types()}
    request = GenerateRequest(catalog=catalog, package="hostile", types=types)
    return list(ModelsGenerator().generate(request))


def write(files: list[GeneratedFile], folder: Path) -> None:
    for file in files:
        path = folder / "hostile" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def hostile(shared: Path) -> Catalog:
    return everything(cases(shared))


@pytest.fixture(scope="module")
def files(hostile: Catalog) -> list[GeneratedFile]:
    return generate(hostile)


def test_every_file_compiles_without_a_warning(files):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for file in files:
            compile(file.text, str(file.path), "exec")


def test_every_file_has_a_plain_name_that_only_it_has(files):
    paths = [str(file.path) for file in files]

    assert len({path.casefold() for path in paths}) == len(paths)
    for file in files:
        assert all(part.isascii() for part in file.path.parts)
        assert all(part.replace(".py", "").isidentifier() for part in file.path.parts)
        assert ".." not in file.path.parts
        assert file.path.stem not in ("conftest", "con", "setup")


def test_the_second_time_gives_the_same_bytes(hostile, files):
    assert generate(hostile) == files


def test_importing_all_of_it_runs_nothing_and_keeps_every_name_exactly(hostile, files, tmp_path):
    code, empty = tmp_path / "code", tmp_path / "empty"
    write(files, code)
    empty.mkdir()

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", REPORT, str(code)],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert list(empty.iterdir()) == []
    found = {
        (schema, name): {column: attribute for attribute, column in columns}
        for schema, name, columns in json.loads(done.stdout)
    }
    assert set(found) == {(name.schema, name.name) for name in hostile.relations}
    for name, relation in hostile.relations.items():
        columns = found[name.schema, name.name]
        assert list(columns) == [column.name for column in relation.columns]
        for attribute in columns.values():
            assert unicodedata.normalize("NFKC", attribute) == attribute
            assert attribute.isidentifier()
            assert not keyword.iskeyword(attribute)
        assert len(set(columns.values())) == len(columns)


def test_ruff_finds_nothing_in_it(files, tmp_path):
    write(files, tmp_path)

    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--extend-select", "I", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_sets_of_names_that_become_equal_stay_apart(shared: Path, tmp_path):
    document = cases(shared)
    sets = {entry["id"]: entry for entry in document["sets"]}
    tables = [
        *(table(n, schema="plural") for n in sets["set/plural"]["tables"]),
        *(
            table(t, schema=s)
            for s in sets["set/schemas"]["schemas"]
            for t in sets["set/schemas"]["tables"]
        ),
        *(
            table(entry["id"], *entry["columns"], schema="sets")
            for entry in sets.values()
            if "columns" in entry
        ),
    ]
    labels = Enum(name=QualifiedName("sets", "mood"), labels=tuple(sets["set/enum"]["enum_labels"]))
    domain = Domain(name=QualifiedName("sets", "d"), type=TEXT)
    catalog = Catalog(tables=tuple(tables), enums=(labels,), domains=(domain,))
    write(generate(catalog), tmp_path)
    program = (
        "import hostile, json, sys\n"
        "print(json.dumps([member.value for member in hostile.Mood]))\n"
        "print(sum(hasattr(getattr(hostile, n), '__table__') for n in hostile.__all__))\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    shown, models = done.stdout.splitlines()
    assert json.loads(shown) == list(labels.labels)
    assert int(models) == len(tables)
