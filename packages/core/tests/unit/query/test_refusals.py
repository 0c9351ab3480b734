"""No name that a caller gives reaches the text of a statement, unless it is a name of the model.

No database is open here: what is not refused at once fails with ``ConfigurationError``, so each
refusal below came before anything could be sent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.errors import FerruleError, ModelError, QueryError
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model

pytestmark = pytest.mark.anyio


class Organisation(Model, table="h_orgs"):
    id: Column[int] = identity()
    name: Column[str]
    users: InverseForeignKey[User] = inverse_foreign_key("User.org")


class User(Model, table="h_users"):
    id: Column[int] = identity()
    org_id: Column[int]
    name: Column[str | None] = column(default=None)
    org: ForeignKey[Organisation] = foreign_key("org_id")


OWN = [
    "1=1 OR name",
    'name" OR 1=1 --',
    "name; DROP TABLE h_users; --",
    "name) OR (1=1",
    "h_secret.token",
    "*",
    "",
    " ",
    "a" * 10_000,
    "\uff4e\uff41\uff4d\uff45",  # "name" in full width letters
    "name\0",
    "__class__",
    "_meta",
    "$1",
    "id::text",
    "-",
    "--name",
    "org__",
    "__name",
    "org____name",
]


def shared_inputs() -> list[str]:
    """Hostile names that lie beside the repository, where it has such."""
    beside = Path(__file__).resolve().parents[6] / "shared"
    folder = Path(os.environ.get("FERRULE_SHARED", beside))
    file = folder / "hostile" / "lookups.json"
    if not file.exists():
        return []
    groups = json.loads(file.read_text())["groups"]
    inputs = [case["input"] for case in groups[0]["inputs"]]
    return [i if isinstance(i, str) else i["repeat"] * i["n"] for i in inputs]


HOSTILE = list(dict.fromkeys([*OWN, *shared_inputs()]))

BUILDING: dict[str, Callable[[str], object]] = {
    "filter": lambda name: User.filter(**{name: 1}),
    "filter of a look-up": lambda name: User.filter(**{f"name__{name}": "x"}),
    "filter of a related row": lambda name: User.filter(**{f"org__{name}": 1}),
    "filter by a mapping": lambda name: User.filter(org={name: 1}),
    "exclude": lambda name: User.exclude(**{name: 1}),
    "order_by": lambda name: User.filter().order_by(name),
    "order_by descending": lambda name: User.filter().order_by(f"-{name}"),
    "only": lambda name: User.filter().only(name),
    "defer": lambda name: User.filter().defer(name),
    "select_related": lambda name: User.filter().select_related(name),
    "prefetch_related": lambda name: User.filter().prefetch_related(name),
    "constructor": lambda name: User(org_id=1, **{name: 1}),
}
AWAITING: dict[str, Callable[[str], Any]] = {
    "get": lambda name: User.get(**{name: 1}),
    "get_or_none": lambda name: User.get_or_none(**{name: 1}),
    "get_or_create": lambda name: User.get_or_create(**{name: 1}),
    "create": lambda name: User.create(org_id=1, **{name: 1}),
    "update": lambda name: User.filter().update(**{name: 1}),
    "values": lambda name: User.filter().values(name),
    "values_list": lambda name: User.filter().values_list(name),
    "flat values_list": lambda name: User.filter().values_list(name, flat=True),
}


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name)[:30])
@pytest.mark.parametrize("build", BUILDING.values(), ids=BUILDING)
def test_a_name_that_the_model_lacks_is_refused_when_the_query_is_built(build, name):
    with pytest.raises((QueryError, ModelError)) as caught:
        build(name)

    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name)[:30])
@pytest.mark.parametrize("run", AWAITING.values(), ids=AWAITING)
async def test_a_name_that_the_model_lacks_is_refused_before_anything_is_sent(run, name):
    with pytest.raises((QueryError, ModelError)):
        await run(name)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:30])
def test_a_value_is_never_part_of_the_text(value):
    lookups = ["exact", "contains", "istartswith", "iexact", "like", "regex", "in"]
    for lookup in lookups:
        given = [value] if lookup == "in" else value
        try:
            compiled = User.filter(**{f"name__{lookup}": given}).sql()
        except FerruleError:
            assert "\0" in value
            continue
        plain = User.filter(**{f"name__{lookup}": ["x"] if lookup == "in" else "x"}).sql()
        assert compiled.text == plain.text
