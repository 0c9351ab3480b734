"""One function for each place of the API that takes what a program may get from outside."""

from __future__ import annotations

from typing import Any

from packages.core.tests.integration.hostile.fixture import Api, Post, User

from ferrule_core.database.registry import database_named
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.model.model import Model
from ferrule_core.query.by_name import F, Q
from ferrule_core.query.functions import func
from ferrule_core.query.raw import ident, made_sql


def users() -> Any:
    return User.filter(org_id=1)


def untyped(given: object) -> Any:
    return given


async def update_fields(name: Any) -> object:
    user = User(id=1)
    return await user.save(only=[name])


async def upserted(**conflict: Any) -> object:
    return await User(id=1, name="user 1").upsert(**conflict)


async def dynamic(**names: Any) -> object:
    """A model whose names come from outside."""
    body = {"__module__": __name__, "__qualname__": "Odd", "__annotations__": {"id": Column[int]}}
    made: Any = untyped(type(Model))("Odd", (Model,), {**body, "id": identity()}, **names)
    return await made.filter().all()


NAMES: dict[str, Api] = {
    "filter_key": lambda name: users().filter(**{name: 1}).all(),
    "exclude_key": lambda name: users().exclude(**{name: 1}).all(),
    "get_key": lambda name: untyped(User).get(**{name: 1}),
    "q_key": lambda name: users().filter(Q(**{name: 1}) | Q(org_id=1)).all(),
    "f_key": lambda name: users().filter(id=F(name)).all(),
    "order_by": lambda name: users().order_by(name).all(),
    "only": lambda name: users().only(name).all(),
    "defer": lambda name: users().defer(name).all(),
    "values": lambda name: users().values(name),
    "distinct_on": lambda name: users().distinct(name).all(),
    "group_by": lambda name: users().group_by(name).annotate(n=func.count()).values(),
    "having_key": lambda name: (
        users().group_by("name").annotate(n=func.count()).having(**{name: 1}).values()
    ),
    "select_related": lambda name: users().select_related(name).all(),
    "prefetch_related": lambda name: users().prefetch_related(name).all(),
    "update_key": lambda name: users().update(**{name: 1}),
    "create_key": lambda name: untyped(User).create(id=99, **{name: 1}),
    "bulk_update_fields": lambda name: untyped(User).bulk_update([User(id=1)], [name]),
    "conflict_fields": lambda name: upserted(on=[name]),
    "update_fields": update_fields,
    "lock_of": lambda name: users().select_for_update(name).all(),
    "aggregate_field": lambda name: users().aggregate(untyped(func).sum(name)),
    "window_partition": lambda name: users().values(
        n=func.row_number().over(partition_by=untyped([name]))
    ),
    "window_order": lambda name: users().values(n=func.row_number().over(order_by=untyped([name]))),
    "returning": lambda name: users().returning(untyped(name)).update(email="x"),
    "count_field": lambda name: users().aggregate(untyped(func).count(name)),
    "related_filter_key": lambda name: users().filter(**{f"posts__{name}": 1}).all(),
    "related_key": lambda name: users().filter(**{f"posts__{name}": 1}).all(),
    "lookup_path": lambda name: users().filter(**{_key(name): 1}).all(),
}

ALIASES: dict[str, Api] = {
    "annotate_alias": lambda name: users().annotate(**{name: User.id}).order_by("id").all(),
    "values_alias": lambda name: users().values(**{name: User.id}),
    "cte_name": lambda name: users().cte(name).all(),
    "window_alias": lambda name: (
        users().annotate(**{name: func.row_number().over(order_by=[User.id.asc()])}).all()
    ),
    "subquery_alias": lambda name: users().annotate(**{name: func.count(User.posts.id)}).all(),
    "listen_channel": lambda name: database_named(None).notify(name, "x"),
    "ident": lambda name: made_sql("SELECT 1 AS {}", [ident(name)], {}).all(),
}

UNKNOWN_NAMES: dict[str, Api] = {
    "table_name": lambda name: dynamic(table=name),
    "schema_name": lambda name: dynamic(table="h_users", schema=name),
    "constraint_name": lambda name: upserted(constraint=name),
}
"""Quoted too, and then the server knows nothing of that name."""

KEYWORDS: dict[str, Api] = {
    "filter_kwargs": lambda given: users().filter(**given).all(),
}

BOUNDS: dict[str, Api] = {
    "limit": lambda given: users().limit(given).all(),
    "offset": lambda given: users().offset(given).all(),
}

PATTERNS: dict[str, Api] = {
    f"like_{word}": lambda text, word=word: Post.filter(**{f"title__{word}": text}).all()  # type: ignore[misc]
    for word in ("contains", "startswith", "endswith", "icontains", "istartswith", "iendswith")
}

VALUES: dict[str, Api] = {
    "regex": lambda text: Post.filter(title__regex=text).all(),
    "string_agg": lambda text: users().aggregate(func.string_agg(User.name, text)),
    "raw_params": lambda given: made_sql(
        "SELECT {} AS a", [str(one) for one in given[:1]], {}
    ).all(),
    "explain_options": lambda given: users().explain(**given),
}

DOCUMENTS: dict[str, Api] = {
    "json_key": lambda key: User.filter(User.meta[key] == "hit").all(),
    "json_path_leg": lambda key: User.filter(User.meta[key].as_(str) == "hit").all(),
    "json_has_key": lambda key: User.filter(meta__has_key=key).all(),
    "json_order_by": lambda key: User.filter().order_by(User.meta[key].asc().nulls_last()).all(),
}


def _key(name: object) -> str:
    return name if isinstance(name, str) else f"name__{name}"
