"""Owners and privileges, on request: read, and made again."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from ferrule_core.catalog import DefaultPrivileges, Grant, Owner, Privileges
from ferrule_core.ddl import create_catalog
from ferrule_core.plugins.contracts import Scope
from ferrule_introspect.source import read_database

pytestmark = pytest.mark.anyio

ALL = Scope(owners=True, privileges=True)
SHOP = """
    CREATE SCHEMA shop; CREATE SCHEMA "Odd schema";
    CREATE TABLE shop.book (id serial PRIMARY KEY, "Odd column" text, price int);
    CREATE TABLE shop.counted (id int GENERATED ALWAYS AS IDENTITY);
    CREATE VIEW shop.titles AS SELECT id FROM shop.book;
    CREATE MATERIALIZED VIEW shop.stored AS SELECT 1 AS a;
    CREATE SEQUENCE shop.free;
    CREATE TYPE shop.mood AS ENUM ('ok'); CREATE DOMAIN shop.price AS int;
    CREATE TYPE shop.pair AS (a int); CREATE TYPE shop.span AS RANGE (subtype = float8);
    CREATE FUNCTION shop.f(int, VARIADIC text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE shop.p(int) LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE shop.total(int) (sfunc = int4pl, stype = int);
    CREATE AGGREGATE shop.rows(*) (sfunc = int8inc, stype = bigint, initcond = '0');
    CREATE OPERATOR shop.=== (leftarg = int, rightarg = int, function = int4eq);
    CREATE OPERATOR shop.<| (rightarg = int, function = int4up);
    CREATE ACCESS METHOD "Odd method" TYPE INDEX HANDLER bthandler;
    CREATE OPERATOR FAMILY shop.fam USING btree; CREATE OPERATOR FAMILY shop.odd USING "Odd method";
    CREATE OPERATOR CLASS shop.bare FOR TYPE int USING hash AS STORAGE int;
    CREATE COLLATION shop.plain (locale = 'C');
    CREATE CONVERSION shop.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE TEXT SEARCH DICTIONARY shop.td (TEMPLATE = simple);
    CREATE TEXT SEARCH CONFIGURATION shop.tc (COPY = simple);
    CREATE LANGUAGE l HANDLER plpgsql_call_handler;
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE shop.ft (a int) SERVER far;
    CREATE FUNCTION shop.started() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION shop.started();
    CREATE PUBLICATION news FOR TABLE shop.book
"""


class Roles:
    """Three roles of this test alone: their names begin as that of its database."""

    def __init__(self, prefix: str) -> None:
        self.ann = f"{prefix}_ann"
        self.bob = f"{prefix}_bob"
        self.odd = f"{prefix} Odd"


@pytest.fixture
async def roles(database) -> AsyncGenerator[Roles]:
    made = Roles(database.name[:30])
    for name in vars(made).values():
        await database.run(f'CREATE ROLE "{name}"')
    yield made
    await drop_owned(database, made)
    for name in vars(made).values():
        await database.run(f'DROP ROLE "{name}"')


async def read(database, scope: Scope = ALL):
    return await read_database(await database.connect(), scope)


async def drop_owned(copy, roles: Roles) -> None:
    for name in vars(roles).values():
        await copy.run(f'DROP OWNED BY "{name}" CASCADE')


async def test_owners_of_every_kind_survive(database, roles: Roles):
    await database.run(SHOP)
    superuser = await database.value("SELECT CURRENT_USER::text")
    plain = (await read(database)).catalog
    assert {owner.role for owner in plain.owners} == {superuser}
    unlike = {"event trigger", "foreign data wrapper"}  # for superusers alone
    for owner in plain.owners:
        if owner.kind not in unlike:
            await database.run(f'ALTER {owner.kind.upper()} {owner.name} OWNER TO "{roles.odd}"')
    first = await read(database)

    async with database.copy(first.catalog) as copy:
        second = await read(copy)
        await drop_owned(copy, roles)

    assert second.catalog == first.catalog
    assert {owner.role for owner in first.catalog.owners} == {superuser, roles.odd}
    assert {owner.kind for owner in first.catalog.owners} == {
        "schema", "table", "view", "materialized view", "foreign table", "sequence", "routine",
        "type", "operator", "operator class", "operator family", "collation", "conversion",
        "text search dictionary", "text search configuration", "language",
        "foreign data wrapper", "server", "event trigger", "publication",
    }  # fmt: skip


async def test_what_follows_a_table_has_no_owner_of_its_own(database):
    await database.run(SHOP)

    owners = {owner.name for owner in (await read(database)).catalog.owners}

    assert {"shop.free", "shop.book", "shop.pair", "shop.rows()"} <= owners
    assert not {"shop.book_id_seq", "shop.counted_id_seq", "public", "shop.book[]"} & owners


async def test_privileges_of_every_kind_survive(database, roles: Roles):
    await database.run(SHOP)
    await database.run(
        f"""
        GRANT USAGE, CREATE ON SCHEMA shop TO {roles.ann} WITH GRANT OPTION;
        GRANT SELECT, INSERT ON shop.book TO {roles.bob};
        GRANT SELECT ("Odd column"), UPDATE (price) ON shop.book TO "{roles.odd}";
        GRANT SELECT ON shop.titles, shop.stored, shop.ft TO PUBLIC;
        GRANT USAGE ON SEQUENCE shop.free, shop.book_id_seq TO {roles.ann};
        REVOKE ALL ON FUNCTION shop.f(int, text[]), shop.total(int), shop.rows() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION shop.f(int, text[]) TO {roles.bob};
        REVOKE EXECUTE ON PROCEDURE shop.p(int) FROM PUBLIC;
        REVOKE USAGE ON TYPE shop.mood, shop.price, shop.pair FROM PUBLIC;
        GRANT USAGE ON TYPE shop.mood TO {roles.ann};
        GRANT USAGE ON FOREIGN SERVER far TO {roles.ann};
        GRANT USAGE ON FOREIGN DATA WRAPPER w TO {roles.ann};
        REVOKE DELETE, TRUNCATE ON shop.counted FROM CURRENT_USER;
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT SELECT ON shop.book TO {roles.ann} WITH GRANT OPTION;
        GRANT USAGE ON SCHEMA shop TO "{roles.odd}";
        SET ROLE {roles.ann}; GRANT SELECT ON shop.book TO "{roles.odd}" WITH GRANT OPTION;
        SET ROLE "{roles.odd}"; GRANT SELECT ON shop.book TO {roles.bob}; RESET ROLE
        """
    )
    first = await read(database)

    async with database.copy(first.catalog) as copy:
        second = await read(copy)
        await drop_owned(copy, roles)

    found = first.catalog.privileges
    assert second.catalog == first.catalog
    assert create_catalog(second.catalog) == create_catalog(first.catalog)
    assert (
        Privileges(
            kind="table",
            name="shop.book",
            schema="shop",
            column="Odd column",
            granted=(Grant(role=roles.odd, privileges=("SELECT",)),),
        )
        in found
    )
    assert (
        Privileges(
            kind="table",
            name="shop.counted",
            schema="shop",
            revoked=(Grant(to="owner", privileges=("DELETE", "TRUNCATE")),),
        )
        in found
    )
    (book,) = [each for each in found if each.name == "shop.book" and each.column is None]
    assert set(book.granted) == {
        Grant(role=roles.bob, privileges=("INSERT", "SELECT")),
        Grant(role=roles.bob, privileges=("SELECT",), by=roles.odd),
        Grant(role=roles.ann, privileges=("SELECT",), grantable=True),
        Grant(role=roles.odd, privileges=("SELECT",), grantable=True, by=roles.ann),
    }


async def test_privileges_by_default_survive(database, roles: Roles):
    await database.run(
        f"""
        CREATE SCHEMA shop;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {roles.ann};
        ALTER DEFAULT PRIVILEGES FOR ROLE "{roles.odd}" REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES FOR ROLE {roles.ann} IN SCHEMA shop
            GRANT USAGE ON SEQUENCES TO {roles.bob} WITH GRANT OPTION;
        ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {roles.bob};
        ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC
        """
    )
    first = await read(database)

    async with database.copy(first.catalog) as copy:
        second = await read(copy)
        await drop_owned(copy, roles)

    assert second.catalog == first.catalog
    assert (
        DefaultPrivileges(
            name=roles.odd, kind="routines", revoked=(Grant(to="public", privileges=("EXECUTE",)),)
        )
        in first.catalog.default_privileges
    )
    assert len(first.catalog.default_privileges) == 5
    shop = await read(database, Scope(schemas=("shop",), privileges=True))
    assert shop.catalog.default_privileges == (
        DefaultPrivileges(
            name=roles.ann,
            kind="sequences",
            schema="shop",
            granted=(Grant(role=roles.bob, privileges=("USAGE",), grantable=True),),
        ),
    )


async def test_who_asks_for_neither_gets_neither(database, roles: Roles, recorder):
    await database.run(
        f"CREATE TABLE t (a int); GRANT SELECT ON t TO {roles.ann};"
        f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {roles.ann}"
    )
    me = await database.value("SELECT CURRENT_USER::text")
    connection = recorder(await database.connect())

    plain = await read_database(connection, Scope())
    owners = (await read(database, Scope(owners=True))).catalog
    privileges = (await read(database, Scope(privileges=True))).catalog

    nothing = plain.catalog
    assert (nothing.owners, nothing.privileges, nothing.default_privileges) == ((), (), ())
    assert not [text for text in connection.statements if "aclexplode" in text]
    assert owners.owners == (Owner(kind="table", name="public.t", schema="public", role=me),)
    assert (owners.privileges, owners.default_privileges) == ((), ())
    assert [each.name for each in privileges.privileges] == ["public.t"]
    assert (privileges.owners, len(privileges.default_privileges)) == ((), 1)


async def test_what_is_out_of_scope_has_no_owner_there(database):
    await database.run(SHOP)

    catalog = (await read(database, Scope(include=("shop.book",), owners=True))).catalog

    assert {owner.name for owner in catalog.owners} == {"shop", '"Odd schema"', "shop.book"}
