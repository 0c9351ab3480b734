"""Catalogs that several tests start from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ferrule_core.catalog import (
    Catalog,
    Check,
    Column,
    Enum,
    ForeignKey,
    Generated,
    Identity,
    PrimaryKey,
    QualifiedName,
    Schema,
    Table,
    TypeRef,
    Unique,
    View,
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpus, contracts and hostile values, which stands beside a checkout."""
    named = os.environ.get("FERRULE_SHARED")
    folder = Path(named) if named else Path(__file__).parents[4] / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder here: set FERRULE_SHARED to it")
    return folder


def builtin(name: str, *arguments: int | str) -> TypeRef:
    return TypeRef("pg_catalog", name, arguments)


@pytest.fixture
def shop() -> Catalog:
    """A small shop: two foreign keys to one table, a junction, an enum, a view."""
    name = lambda table: QualifiedName("shop", table)  # noqa: E731
    author = Table(
        name=name("author"),
        columns=(
            Column(name="id", type=builtin("int4"), nullable=False, identity=Identity()),
            Column(name="name", type=builtin("text"), nullable=False),
            Column(name="born", type=builtin("date")),
            Column(name="settings", type=builtin("jsonb"), nullable=False, default="'{}'::jsonb"),
        ),
        primary_key=PrimaryKey(name="author_pkey", columns=("id",)),
        comment="Someone who writes books.",
    )
    book = Table(
        name=name("book"),
        columns=(
            Column(name="id", type=builtin("uuid"), nullable=False, default="gen_random_uuid()"),
            Column(name="title", type=builtin("text"), nullable=False),
            Column(name="price", type=builtin("numeric", 10, 2), nullable=False),
            Column(
                name="price_with_tax",
                type=builtin("numeric", 10, 2),
                generated=Generated(expression="(price * 1.1)"),
            ),
            Column(
                name="status",
                type=TypeRef("shop", "book_status"),
                nullable=False,
                default="'draft'::shop.book_status",
            ),
            Column(name="published", type=builtin("timestamptz")),
            Column(name="author_id", type=builtin("int4"), nullable=False),
            Column(name="editor_id", type=builtin("int4")),
        ),
        primary_key=PrimaryKey(name="book_pkey", columns=("id",)),
        uniques=(Unique(name="book_author_id_title_key", columns=("author_id", "title")),),
        foreign_keys=(
            ForeignKey(
                name="book_author_id_fkey",
                columns=("author_id",),
                target=author.name,
                target_columns=("id",),
                on_delete="cascade",
            ),
            ForeignKey(
                name="book_editor_id_fkey",
                columns=("editor_id",),
                target=author.name,
                target_columns=("id",),
                on_delete="set null",
            ),
        ),
        checks=(Check(name="book_price_check", expression="(price >= (0)::numeric)"),),
    )
    tag = Table(
        name=name("tag"),
        columns=(
            Column(name="id", type=builtin("int4"), nullable=False, identity=Identity(always=True)),
            Column(name="label", type=builtin("text"), nullable=False),
        ),
        primary_key=PrimaryKey(name="tag_pkey", columns=("id",)),
        uniques=(Unique(name="tag_label_key", columns=("label",)),),
    )
    book_tag = Table(
        name=name("book_tag"),
        columns=(
            Column(name="book_id", type=builtin("uuid"), nullable=False),
            Column(name="tag_id", type=builtin("int4"), nullable=False),
        ),
        primary_key=PrimaryKey(name="book_tag_pkey", columns=("book_id", "tag_id")),
        foreign_keys=(
            ForeignKey(
                name="book_tag_book_id_fkey",
                columns=("book_id",),
                target=book.name,
                target_columns=("id",),
                on_delete="cascade",
            ),
            ForeignKey(
                name="book_tag_tag_id_fkey",
                columns=("tag_id",),
                target=tag.name,
                target_columns=("id",),
                on_delete="cascade",
            ),
        ),
    )
    cheap_book = View(
        name=name("cheap_book"),
        columns=(
            Column(name="id", type=builtin("uuid")),
            Column(name="title", type=builtin("text")),
            Column(name="price", type=builtin("numeric", 10, 2)),
        ),
        definition="SELECT id, title, price FROM shop.book WHERE price < 10::numeric",
    )
    return Catalog(
        schemas=(Schema(name="shop"),),
        enums=(Enum(name=name("book_status"), labels=("draft", "on sale", "out-of-print")),),
        tables=(author, book, tag, book_tag),
        views=(cheap_book,),
    )
