"""The tables that hostile inputs are tried on, their models, and what is looked at afterwards."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from ferrule_core.database import Database
from ferrule_core.errors import DatabaseError, FerruleError
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

TOKEN = "5f1d0c6a9e7b"

TABLES = f"""
CREATE TABLE h_orgs(id int PRIMARY KEY, name text);
CREATE TABLE h_users(id int PRIMARY KEY, org_id int REFERENCES h_orgs, name text UNIQUE, email text,
    password_hash text, meta jsonb, tags text[], created timestamptz);
CREATE TABLE h_posts(id int PRIMARY KEY, org_id int, author_id int REFERENCES h_users, title text);
CREATE TABLE h_secret(token text);
INSERT INTO h_secret VALUES ('{TOKEN}');
INSERT INTO h_orgs VALUES (1, 'one'), (2, 'two');
INSERT INTO h_users SELECT n, 1 + n % 2, 'user ' || n, n || '@example.com', 'hash', '{{"k": 1}}',
    '{{a}}', '2024-01-01Z' FROM generate_series(1, 10) n;
INSERT INTO h_posts SELECT n, 1 + n % 2, 1 + n % 10, 'post ' || n FROM generate_series(1, 30) n;
"""


class Organisation(Model, table="h_orgs"):
    id: Column[int] = identity(primary_key=True)
    name: Column[str | None] = column(default=None)
    users: InverseForeignKey[User] = inverse_foreign_key("User.org")


class User(Model, table="h_users"):
    id: Column[int] = identity(primary_key=True)
    org_id: Column[int | None] = column(default=None)
    name: Column[str | None] = column(default=None, unique=True)
    email: Column[str | None] = column(default=None)
    password_hash: Column[str | None] = column(default=None)
    meta: Column[JsonValue] = column(default=None)
    tags: Column[list[str] | None] = column(default=None)
    org: ForeignKey[Organisation | None] = foreign_key("org_id")
    posts: InverseForeignKey[Post] = inverse_foreign_key("Post.author")


class Post(Model, table="h_posts"):
    id: Column[int] = identity(primary_key=True)
    org_id: Column[int | None] = column(default=None)
    author_id: Column[int | None] = column(default=None)
    title: Column[str | None] = column(default=None)
    author: ForeignKey[User | None] = foreign_key("author_id")


class Case(TypedDict, total=False):
    """An input, and what is expected of it."""

    id: str
    input: Any
    expect: str
    hit: str
    miss: str | None


class Group(TypedDict, total=False):
    """Inputs that go to each of some APIs."""

    apis: list[str]
    expect: str
    inputs: list[Case]


OWN: list[Group] = [
    {
        "apis": ["filter_key", "order_by", "values", "update_key", "group_by", "related_key"],
        "expect": "refuse",
        "inputs": [
            {"id": "or", "input": "1=1 OR name"},
            {"id": "quote", "input": 'name" = name OR "name'},
            {"id": "stacked", "input": "name; CREATE TABLE h_pwned(); --"},
            {"id": "subquery", "input": "(SELECT token FROM h_secret)"},
        ],
    },
    {
        "apis": ["annotate_alias", "values_alias", "cte_name", "table_name", "ident"],
        "expect": "refuse_or_quoted",
        "inputs": [
            {"id": "column", "input": "x, (SELECT token FROM h_secret) AS y"},
            {"id": "quote", "input": 'x" FROM h_secret --'},
        ],
    },
    {
        "apis": ["json_key", "json_path_leg", "json_has_key", "json_order_by"],
        "expect": "literal",
        "inputs": [
            {"id": "brackets", "input": "a')) OR 1=1 --"},
            {"id": "path", "input": "{a,b}"},
        ],
    },
    {
        "apis": ["like_contains", "like_istartswith"],
        "expect": "literal",
        "inputs": [{"id": "percent", "input": "100%", "hit": "100% sure", "miss": "1000 sure"}],
    },
]


def groups() -> list[Group]:
    """Those that lie beside the repository, where it has such; else our own few."""
    beside = Path(__file__).resolve().parents[6] / "shared"
    file = Path(os.environ.get("FERRULE_SHARED", beside)) / "hostile" / "lookups.json"
    found: list[Group] = json.loads(file.read_text())["groups"] if file.exists() else OWN
    for group in found:
        if "filter_key" in group["apis"]:
            group["apis"].append("f_key")
    return found


def spelled(given: Any) -> Any:
    """An input as it is meant: long ones are written shorter in the file."""
    if isinstance(given, dict) and given.keys() == {"repeat", "n"}:
        return given["repeat"] * given["n"]
    return given


Api = Callable[[Any], Awaitable[Any]]


@dataclass
class Wire:
    """Writes down each text that is sent; a middleware."""

    name: str = "wire"
    texts: list[str] = field(default_factory=list[str])

    async def __call__(
        self,
        query: CompiledQuery | CompiledBatch,
        call_next: Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]],
        /,
    ) -> Sequence[Row]:
        self.texts.append(query.text)
        return await call_next(query)


@dataclass
class Verdict:
    """What became of one call."""

    result: Any = None
    error: Exception | None = None
    texts: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        """Whether an error of ours came before anything was sent."""
        ours = isinstance(self.error, FerruleError | TypeError)
        return ours and not isinstance(self.error, DatabaseError) and not self.texts


async def tried(api: Api, given: Any, wire: Wire) -> Verdict:
    """Call an API with an input."""
    wire.texts.clear()
    verdict = Verdict()
    begun = time.perf_counter()
    try:
        verdict.result = await api(given)
    except Exception as error:  # noqa: BLE001 - each is judged
        verdict.error = error
    verdict.seconds = time.perf_counter() - begun
    verdict.texts = list(wire.texts)
    return verdict


QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")


def seen_bare(given: Any, texts: Sequence[str]) -> bool:
    """Whether the longest word of an input stands in a text outside of quotes."""
    words = re.findall(r"\w{3,}", given if isinstance(given, str) else json.dumps(given))
    if not words:
        return False
    longest = max(words, key=len)
    return any(longest in QUOTED.sub("", text) for text in texts)


def complaint(case: Case, expect: str, verdict: Verdict) -> str | None:
    """What is wrong with what became of a call."""
    error = verdict.error
    shown = f"{verdict.result!r} {error!r} {error}"
    bare = expect != "literal" and seen_bare(spelled(case["input"]), verdict.texts)
    faults = {
        "the token was seen": TOKEN in shown,
        f"it took {verdict.seconds:.1f} s": verdict.seconds > 1,
        "it raised something else": not isinstance(error, FerruleError | TypeError | None),
        "it was not refused": expect == "refuse" and not verdict.refused,
        "it stands in the text": bare,
        "the server refused it": expect == "refuse_or_quoted" and isinstance(error, DatabaseError),
        "it was refused": expect == "literal" and error is not None,
    }
    found = [fault for fault, there in faults.items() if there]
    return f"{found[0]}: {shown[:300]} {[text[:200] for text in verdict.texts]}" if found else None


async def untouched(database: Database) -> tuple[object, ...]:
    """The checksum of what nobody may change, and what the session is."""
    row = await database.fetch_first(
        "SELECT (SELECT md5(string_agg(u::text, ',' ORDER BY id)) FROM h_users u), "
        "(SELECT md5(string_agg(s::text, ',')) FROM h_secret s), to_regclass('h_pwned')::text, "
        "current_user::text, current_setting('search_path')"
    )
    assert row is not None
    return tuple(row)
