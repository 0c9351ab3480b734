from __future__ import annotations

from dataclasses import replace

from ferrule_codegen.naming.assign import assign_names
from ferrule_codegen.relations import infer_relations
from ferrule_core.catalog import (
    Catalog,
    Column,
    ForeignKey,
    PrimaryKey,
    QualifiedName,
    Table,
    TypeRef,
    Unique,
)

INTEGER = TypeRef("pg_catalog", "int4")


def table(
    name: str,
    *columns: str,
    primary_key: tuple[str, ...] = ("id",),
    unique: tuple[str, ...] = (),
    **targets: str,
) -> Table:
    """A table; ``targets`` are foreign keys: column, or columns joined by ``__``, to table."""
    keys = tuple(
        ForeignKey(
            name=f"{name}_{column}_fkey",
            columns=tuple(column.split("__")),
            target=QualifiedName("public", target.partition(".")[0]),
            target_columns=tuple((target.partition(".")[2] or "id").split("__")),
        )
        for column, target in targets.items()
    )
    named = dict.fromkeys([*primary_key, *columns, *(c for k in keys for c in k.columns)])
    return Table(
        name=QualifiedName("public", name),
        columns=tuple(Column(name=c, type=INTEGER, nullable=False) for c in named),
        primary_key=PrimaryKey(name=f"{name}_pkey", columns=primary_key),
        uniques=(Unique(name=f"{name}_key", columns=unique),) if unique else (),
        foreign_keys=keys,
    )


def relations(*tables: Table, **wishes: str) -> dict[str, dict[str, str]]:
    """By table: the attribute and where it leads."""
    return of_catalog(Catalog(tables=tables), **wishes)


def of_catalog(catalog: Catalog, **wishes: str) -> dict[str, dict[str, str]]:
    found = infer_relations(catalog, assign_names(catalog, wishes), wishes)
    return {
        name.name: {
            **{r.attribute: f"-> {r.target.name}" for r in of.references},
            **{i.attribute: f"<- {i.source.name}.{i.reference.attribute}" for i in of.inverses},
            **{t.attribute: f"<-> {t.target.name}" for t in of.throughs},
        }
        for name, of in found.items()
        if of.references or of.inverses or of.throughs
    }


def test_two_foreign_keys_to_one_table_are_told_apart_at_both_ends(shop):
    assert of_catalog(shop) == {
        "author": {"books": "<- book.author", "edited_books": "<- book.editor"},
        "book": {"author": "-> author", "editor": "-> author", "tags": "<-> tag"},
        "tag": {"books": "<-> book"},
        "book_tag": {"book": "-> book", "tag": "-> tag"},
    }


def test_a_foreign_key_is_named_after_its_column():
    found = relations(
        table("authors"),
        table("a", author_id="authors"),
        table("b", billing_author_id="authors"),
        table("c", id_author="authors"),
        table("d", authorId="authors"),
        table("e", author_fk="authors"),
        table("f", authorid="authors"),
    )

    assert [next(iter(found[name])) for name in "abcdef"] == [
        "author",
        "billing_author",
        "author",
        "author",
        "author",
        "author",
    ]


def test_a_foreign_key_without_an_ending_leaves_the_name_to_its_column():
    found = relations(
        table("users"),
        table("posts", created_by="users", user="users"),
    )

    assert found["posts"] == {"created_by_user": "-> users", "user_row": "-> users"}
    assert found["users"] == {
        "created_by_user_posts": "<- posts.created_by_user",
        "user_row_posts": "<- posts.user_row",
    }


def test_a_column_that_ends_as_the_column_that_it_points_to_loses_that():
    found = relations(
        table("countries", primary_key=("code",)),
        table("cities", country_code="countries.code"),
    )

    assert found["cities"] == {"country": "-> countries"}
    assert found["countries"] == {"cities": "<- cities.country"}


def test_the_other_end_says_which_foreign_key_it_is_of():
    found = relations(
        table("address"),
        table("orders", billing_address_id="address", shipping_address_id="address"),
        table("user"),
        table("file", uploaded_by_id="user", owner_id="user"),
    )

    assert found["address"] == {
        "billing_address_orders": "<- orders.billing_address",
        "shipping_address_orders": "<- orders.shipping_address",
    }
    assert found["user"] == {
        "owned_files": "<- file.owner",
        "uploaded_files": "<- file.uploaded_by",
    }


def test_a_tree_has_a_parent_and_children():
    assert relations(table("category", parent_id="category")) == {
        "category": {"parent": "-> category", "children": "<- category.parent"}
    }
    assert relations(table("employee", manager_id="employee")) == {
        "employee": {"manager": "-> employee", "managed_employees": "<- employee.manager"}
    }


def test_a_unique_foreign_key_has_one_row_at_the_other_end():
    found = relations(
        table("user"),
        table("profile", unique=("user_id",), user_id="user"),
        table("passport", primary_key=("user_id",), user_id="user"),
    )

    assert found["user"] == {
        "passport": "<- passport.user",
        "profile": "<- profile.user",
    }


def test_a_prefix_that_all_tables_share_does_not_matter():
    found = relations(table("auth_user"), table("auth_token", user_id="auth_user"))

    assert found == {
        "auth_user": {"auth_tokens": "<- auth_token.user"},
        "auth_token": {"user": "-> auth_user"},
    }


def test_a_composite_foreign_key_is_named_after_what_is_its_own():
    found = relations(
        table("tenant"),
        table("author", primary_key=("tenant_id", "id"), tenant_id="tenant"),
        table(
            "book",
            primary_key=("tenant_id", "id"),
            tenant_id="tenant",
            tenant_id__writer_id="author.tenant_id__id",
        ),
    )

    assert found["book"] == {"tenant": "-> tenant", "writer": "-> author"}
    assert found["author"] == {
        "tenant": "-> tenant",
        "written_books": "<- book.writer",
    }


def test_a_composite_foreign_key_whose_columns_all_differ_is_named_after_its_target():
    found = relations(
        table("line", primary_key=("order_no", "line_no")),
        table("shipment", a__b="line.order_no__line_no", c__d="line.order_no__line_no"),
    )

    assert found["shipment"] == {"line": "-> line", "line_by_c_d": "-> line"}


def test_a_junction_with_payload_is_a_relation_of_its_own_too():
    found = relations(
        table("student"),
        table("course"),
        table(
            "enrolment",
            "grade",
            primary_key=("student_id", "course_id"),
            student_id="student",
            course_id="course",
        ),
    )

    assert found["student"] == {
        "enrolments": "<- enrolment.student",
        "courses": "<-> course",
    }
    assert found["course"] == {
        "enrolments": "<- enrolment.course",
        "students": "<-> student",
    }


def test_a_junction_by_a_unique_constraint_counts():
    found = relations(
        table("user"),
        table("team"),
        table("member", unique=("user_id", "team_id"), user_id="user", team_id="team"),
    )

    assert found["user"]["teams"] == "<-> team"
    assert found["user"]["members"] == "<- member.user"


def test_a_table_joined_with_itself_has_both_directions():
    found = relations(
        table("user"),
        table(
            "follow",
            primary_key=("follower_id", "followee_id"),
            follower_id="user",
            followee_id="user",
        ),
    )

    assert found["user"] == {"followees": "<-> user", "followers": "<-> user"}


def test_a_many_to_many_whose_name_is_taken_says_through_what():
    found = relations(
        table("author"),
        table("book", author_id="author"),
        table(
            "contribution",
            primary_key=("book_id", "author_id"),
            book_id="book",
            author_id="author",
        ),
    )

    assert found["author"] == {
        "books": "<- book.author",
        "contribution_books": "<-> book",
    }


def test_a_unique_pair_of_foreign_keys_of_which_one_is_unique_itself_is_no_junction():
    found = relations(
        table("user"),
        table("team"),
        table(
            "lead",
            primary_key=("team_id",),
            unique=("team_id", "user_id"),
            team_id="team",
            user_id="user",
        ),
    )

    assert found["user"] == {"leads": "<- lead.user"}


def test_a_relation_whose_name_a_column_has_is_named_differently():
    found = relations(table("author", "books"), table("book", "author", author_id="author"))

    assert found["book"] == {"author_row": "-> author"}
    assert found["author"] == {"author_row_books": "<- book.author_row"}


def test_a_foreign_key_that_leaves_the_catalog_is_no_relation(shop):
    only_books = replace(shop, tables=tuple(t for t in shop.tables if t.name.name == "book"))

    assert of_catalog(only_books) == {}


def test_two_equal_foreign_keys_are_one_relation():
    book = table("book", author_id="author")
    again = replace(book.foreign_keys[0], name="again")
    doubled = replace(book, foreign_keys=(*book.foreign_keys, again))

    assert relations(table("author"), doubled)["book"] == {"author": "-> author"}


def test_wishes_name_both_ends():
    found = relations(
        table("author"),
        table("book", author_id="author"),
        **{
            "public.book.book_author_id_fkey": "written_by",
            "public.book.book_author_id_fkey.inverse": "works",
        },
    )

    assert found == {
        "author": {"works": "<- book.written_by"},
        "book": {"written_by": "-> author"},
    }


def test_a_table_that_is_new_takes_no_name_from_one_that_is_known():
    customer = table("customer")
    order = table("order", customer_id="customer")
    archived = replace(
        table("orders", customer_id="customer"), name=QualifiedName("archive", "orders")
    )

    kept = {"public.customer": "Customer", "public.order": "Order"}

    assert relations(customer, archived, order, **kept)["customer"] == {
        "customer_orders": "<- orders.customer",
        "orders": "<- order.customer",
    }


def test_a_new_foreign_key_renames_no_other_relation():
    before = relations(table("author"), table("book", editor_id="author"))
    after = relations(table("author"), table("book", editor_id="author", author_id="author"))

    assert before["author"].items() <= after["author"].items()
    assert before["book"].items() <= after["book"].items()
