"""Hostile inputs in every place of the API that takes a name, a pattern, a bound or SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import pytest
from packages.core.tests.integration.hostile import apis
from packages.core.tests.integration.hostile.fixture import (
    TABLES,
    TOKEN,
    Api,
    Case,
    Post,
    User,
    Verdict,
    Wire,
    complaint,
    groups,
    spelled,
    tried,
    untouched,
)

from ferrule_core.database import Database, connect
from ferrule_core.errors import DatabaseError, FerruleError, UndefinedTable
from ferrule_core.plugins.contracts import DatabaseUrl, Middleware
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.raw import made_sql, sql

pytestmark = pytest.mark.anyio


@pytest.fixture
def ferrule_template() -> list[str]:
    return [TABLES]


def watched(url: DatabaseUrl, wire: Wire) -> Database:
    import ferrule_asyncpg.plugin

    module = ModuleType("wires")

    @hookimpl
    def ferrule_middleware() -> list[Middleware]:
        return [wire]

    module.ferrule_middleware = ferrule_middleware  # type: ignore[attr-defined]
    return connect(url, plugins=Plugins.of(module, ferrule_asyncpg.plugin), max_size=1)


Judge = Callable[[Case, str, Verdict], str | None]


def unknown_name(case: Case, expect: str, verdict: Verdict) -> str | None:
    """As ``complaint``, of names that the server is asked for and does not know."""
    if isinstance(verdict.error, DatabaseError):
        known = "does not exist" in str(verdict.error)
        verdict = Verdict(None, None if known else verdict.error, verdict.texts, verdict.seconds)
    return complaint(case, expect, verdict)


def cases(known: dict[str, Api]) -> Iterable[tuple[str, Api, Case, str]]:
    for group in groups():
        for api in group["apis"]:
            for case in group["inputs"]:
                if api in known:
                    expect = case.get("expect", group.get("expect", "refuse"))
                    yield api, known[api], case, expect


async def judge(database: Database, wire: Wire, known: dict[str, Api], by: Judge) -> None:
    before = await untouched(database)
    wrong: list[str] = []
    seen: set[str] = set()
    for name, api, case, expect in cases(known):
        seen.add(name)
        verdict = await tried(api, spelled(case["input"]), wire)
        found = by(case, expect, verdict)
        if found is not None:
            wrong.append(f"{name}/{case['id']}: {found}")
    assert not wrong, "\n".join(wrong)
    assert seen
    assert await untouched(database) == before
    assert before[2] is None


async def test_names_aliases_keywords_and_bounds(database_url: DatabaseUrl):
    wire = Wire()
    async with watched(database_url, wire) as database:
        for known in (apis.NAMES, apis.ALIASES, apis.KEYWORDS, apis.BOUNDS, apis.VALUES):
            if any(True for _ in cases(known)):
                await judge(database, wire, known, complaint)
        await judge(database, wire, apis.UNKNOWN_NAMES, unknown_name)
        async with database.transaction():  # where an error of the server would end it
            await judge(database, wire, apis.NAMES, complaint)


def test_names_without_an_event_loop(database_url: DatabaseUrl):
    wire = Wire()
    database = watched(database_url, wire)
    with database.sync:
        run_sync(judge(database, wire, apis.NAMES, complaint))
        for _, _, case, _ in cases({"filter_key": apis.NAMES["filter_key"]}):
            name = spelled(case["input"])
            for call in (
                lambda name=name: User.filter(**{name: 1}).sync.all(),
                lambda name=name: User.sync.get(**{name: 1}),
                lambda name=name: User.sync.create(id=99, **{name: 1}),
                lambda name=name: User.filter().sync.values(name),
            ):
                with pytest.raises((FerruleError, TypeError)):
                    call()
        assert run_sync(untouched(database))[2] is None


async def test_patterns_are_taken_literally(database_url: DatabaseUrl):
    wire = Wire()
    async with watched(database_url, wire) as database:
        for name, api, case, expect in cases(apis.PATTERNS):
            hit, miss = case.get("hit"), case.get("miss")
            await database.execute("DELETE FROM h_posts")
            rows = [Post(id=n, title=title) for n, title in enumerate([hit, miss]) if title]
            await Post.bulk_create(rows)
            verdict = await tried(api, spelled(case["input"]), wire)

            assert complaint(case, expect, verdict) is None, f"{name}/{case['id']}"
            titles = {post.title for post in verdict.result}
            assert titles == {one for one in (hit,) if _fits(name, case, one)}, case["id"]


def _fits(api: str, case: Case, title: str | None) -> bool:
    text, found = str(case["input"]), title or ""
    if "_i" in api:
        text, found = text.casefold(), found.casefold()
    if api.endswith("startswith"):
        return found.startswith(text)
    return found.endswith(text) if api.endswith("endswith") else text in found


async def test_sql_of_ones_own(database_url: DatabaseUrl):
    wire = Wire()
    async with watched(database_url, wire) as database:
        before = await untouched(database)
        stacked = await tried(
            lambda text: made_sql(text, [], {}).all(), "SELECT 1; CREATE TABLE h_pwned()", wire
        )
        assert stacked.refused
        odd = ["x\n1 OR 1=1 --", "\\'; DROP TABLE h_users; --", "$1", "'", "{}", ":a", "%s"]
        for given in odd:
            row = await sql("SELECT {}::text AS a, :b::text AS b", given, b=given).get()
            assert row == {"a": given, "b": given}
            assert await User.filter(sql("{} = {}", User.name, given)).all() == []
        assert (await sql("SELECT {}::int AS n, 5 -{} AS m", -42, -1).get()) == {"n": -42, "m": 6}
        with pytest.raises(UndefinedTable):
            await sql("SELECT * FROM {}", _ident("h_secret; --")).all()
        assert await untouched(database) == before
        assert not any(TOKEN in text for text in wire.texts)


def _ident(name: str) -> Any:
    from ferrule_core.query.raw import ident

    return ident(name)


async def test_keys_of_documents_are_taken_literally(database_url: DatabaseUrl):
    wire = Wire()
    async with watched(database_url, wire) as database:
        for name, api, case, expect in cases(apis.DOCUMENTS):
            key = spelled(case["input"])
            await User.filter(id=1).update(meta={key: "hit"})
            await User.filter(id=2).update(meta={"other": {key: "hit"}})
            verdict = await tried(api, key, wire)

            assert complaint(case, expect, verdict) is None, f"{name}/{case['id']}"
            assert [user.id for user in verdict.result][:1] == [1], f"{name}/{case['id']}"
            assert len(verdict.result) == 1 or name == "json_order_by"
        assert (await untouched(database))[2] is None
