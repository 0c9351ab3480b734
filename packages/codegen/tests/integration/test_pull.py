"""``ferrule pull``, from a real database to a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ferrule_core.catalog import load_catalog
from ferrule_core.errors import (
    ConfigurationError,
    EditedFiles,
    ForeignFiles,
    GenerationError,
    UnknownObject,
)

pytestmark = pytest.mark.anyio

SHOP = r'''
CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('good', 'so so');
CREATE TABLE shop.person (id int PRIMARY KEY, name text NOT NULL, mood shop.mood);
CREATE TABLE shop.pet (
    id int PRIMARY KEY,
    person_id int NOT NULL REFERENCES shop.person ON DELETE CASCADE
);
COMMENT ON TABLE shop.pet IS 'Man''s best """friend"""';
CREATE FUNCTION shop.nothing() RETURNS void LANGUAGE sql AS $$$$;
'''


@pytest.fixture
async def shop_project(project):
    await project.run(SHOP)
    return project


async def test_a_database_becomes_a_package_that_can_be_imported(shop_project):
    code = await shop_project.pull()

    assert code == 0
    program = "import shop, shop.managers; print(shop.__all__, shop.managers.__all__)"
    assert (
        shop_project.python(program)
        == "['Mood', 'Person', 'Pet'] ['PersonManager', 'PetManager']\n"
    )


async def test_pulling_again_changes_no_byte(shop_project):
    await shop_project.pull()
    before = shop_project.files()

    code = await shop_project.pull()

    assert code == 0
    assert shop_project.files() == before
    assert shop_project.terminal.lines[-1] == "shop is up to date"


async def test_the_lock_holds_the_catalog_of_the_last_pull(shop_project):
    await shop_project.pull()

    catalog = load_catalog((shop_project.root / "ferrule.lock").read_text(encoding="utf-8"))

    assert [str(table.name) for table in catalog.tables] == ["shop.person", "shop.pet"]


async def test_what_moved_in_the_database_is_written_and_the_users_code_is_not(shop_project):
    await shop_project.pull()
    mine = shop_project.root / "shop" / "person.py"
    mine.write_text(mine.read_text().replace("    pass", "    shy = True"))
    await shop_project.run(
        "ALTER TABLE shop.person ADD age int; CREATE TABLE shop.toy (id int PRIMARY KEY)"
    )

    code = await shop_project.pull()

    assert code == 0
    outcomes = shop_project.terminal.outcome["files"]
    changed = {name: what for name, what in outcomes.items() if what not in ("unchanged", "kept")}
    assert changed == {
        "__init__.py": "changed",
        "generated/managers/toy.py": "created",
        "generated/person.py": "changed",
        "generated/toy.py": "created",
        "generated/typing/person.py": "changed",
        "generated/typing/toy.py": "created",
        "managers/__init__.py": "changed",
        "managers/toy.py": "created",
        "toy.py": "created",
    }
    assert "shy = True" in mine.read_text()


async def test_orphans_go_only_if_nobody_touched_them(shop_project):
    await shop_project.pull()
    mine = shop_project.root / "shop" / "pet.py"
    mine.write_text(mine.read_text() + "\n\nclass Cat: ...\n")
    await shop_project.run("DROP TABLE shop.pet")

    await shop_project.pull()

    files = shop_project.files()
    assert "shop/pet.py" in files
    assert "shop/managers/pet.py" not in files
    assert "shop/generated/pet.py" not in files
    assert shop_project.terminal.warnings == [
        '"shop/pet.py" is yours, and what it was made for is gone'
    ]


async def test_check_writes_nothing_and_fails_until_the_code_is_up_to_date(shop_project):
    assert await shop_project.pull(check=True) == 1
    assert list(shop_project.files()) == ["ferrule.toml"]

    await shop_project.pull()

    assert await shop_project.pull(check=True) == 0
    await shop_project.run("ALTER TABLE shop.person ADD age int")
    before = shop_project.files()
    assert await shop_project.pull(check=True) == 1
    assert shop_project.terminal.warnings == ["shop is not up to date: 2 changed"]
    assert shop_project.files() == before


async def test_preview_shows_a_diff_and_writes_nothing(shop_project):
    await shop_project.pull()
    before = shop_project.files()
    await shop_project.run("ALTER TABLE shop.person ADD age int")

    code = await shop_project.pull(preview=True)

    assert code == 0
    assert shop_project.files() == before
    ((language, diff),) = shop_project.terminal.shown
    assert language == "diff"
    assert "--- a/generated/person.py\n+++ b/generated/person.py\n" in diff
    assert "\n+    age: Column[int | None] = column(default=None, type=types.Integer())\n" in diff


async def test_what_the_models_do_not_say_is_reported(shop_project):
    await shop_project.run("ALTER TABLE shop.pet ADD place int4range")
    await shop_project.run(
        "CREATE FUNCTION shop.anything() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2'"
    )

    await shop_project.pull()

    (tree,) = shop_project.terminal.trees.items()
    assert tree == ("not in the models: 1 object", {"function: 1": ["shop.anything()"]})
    assert shop_project.terminal.outcome["unmodelled"] == [
        {"kind": "function", "name": "shop.anything()", "reason": "unmodelled"}
    ]
    assert b"def nothing()" in shop_project.files()["shop/functions.py"]


async def test_what_is_kept_verbatim_is_reported_too(shop_project):
    await shop_project.run(
        "CREATE TYPE shop.span AS RANGE (subtype = float8);"
        "CREATE COLLATION shop.plain (locale = 'C');"
        "CREATE TEXT SEARCH CONFIGURATION shop.docs (COPY = simple);"
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;"
        "CREATE FOREIGN TABLE shop.far (a int) SERVER far"
    )

    assert await shop_project.pull(strict=True) == 0

    (branches,) = shop_project.terminal.trees.values()
    assert branches == {
        "collation: 1": ["shop.plain"],
        "foreign table: 1": ["shop.far"],
        "range type: 1": ["shop.span"],
        "text search configuration: 1": ["shop.docs"],
    }


async def test_strict_fails_where_even_the_lock_is_not_all(shop_project):
    await shop_project.run(
        "CREATE OPERATOR shop.=== (leftarg = int, rightarg = bigint, function = int48eq,"
        " commutator = OPERATOR(shop.==~))"
    )

    assert await shop_project.pull() == 0
    assert await shop_project.pull(strict=True) == 1
    assert (
        shop_project.terminal.warnings[-1]
        == "not in the catalog: operator shop.==~(bigint,integer)"
    )


async def test_the_result_is_plain_json(shop_project):
    await shop_project.pull()

    outcome = json.loads(json.dumps(shop_project.terminal.outcome))

    assert outcome["written"] is True
    assert outcome["up_to_date"] is False
    assert outcome["output"] == str(shop_project.root / "shop")


async def test_names_of_the_settings_are_used(shop_project):
    with (shop_project.root / "ferrule.toml").open("a") as file:
        file.write('[codegen.names]\n"shop.person" = "Human"\n"shop.person.mood" = "temper"\n')

    await shop_project.pull()

    assert b"class HumanBase" in shop_project.files()["shop/generated/human.py"]
    assert b'name="mood"' in shop_project.files()["shop/generated/human.py"]


async def test_a_name_for_nothing_is_said_to_be_one(shop_project):
    with (shop_project.root / "ferrule.toml").open("a") as file:
        file.write('[codegen.names]\n"shop.persno" = "Human"\n"crm.deal" = "Deal"\n')

    assert await shop_project.pull() == 0

    assert shop_project.terminal.warnings == [
        'there is no "shop.persno" to give the name to that [codegen.names] has for it'
    ]


async def test_a_lock_of_another_folder_is_not_taken_over_silently(shop_project):
    await shop_project.pull()
    assert shop_project.terminal.warnings == []

    await shop_project.pull(output=Path("other"))

    assert shop_project.terminal.warnings == [
        "ferrule.lock was of a pull into another folder, and is now of this one"
    ]


async def test_a_name_that_cannot_be_given_is_refused_before_anything_is_written(shop_project):
    with (shop_project.root / "ferrule.toml").open("a") as file:
        file.write('[codegen.names]\n"shop.person.name" = "filter"\n')

    with pytest.raises(GenerationError, match=r'"filter" for "shop\.person\.name" is reserved'):
        await shop_project.pull()

    assert list(shop_project.files()) == ["ferrule.toml"]


async def test_a_new_table_never_renames_an_old_one(shop_project):
    await shop_project.pull()
    await shop_project.run("CREATE TABLE shop.people (id int PRIMARY KEY)")

    await shop_project.pull()

    files = shop_project.files()
    assert b'table="person"' in files["shop/generated/person.py"]
    assert b'table="people"' in files["shop/generated/people.py"]


async def test_a_schema_that_does_not_exist_is_an_error(shop_project):
    with pytest.raises(UnknownObject, match="shoop"):
        await shop_project.pull(schema=["shoop"])

    assert list(shop_project.files()) == ["ferrule.toml"]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("class", 'the output folder "class" cannot be imported: it is a Python keyword'),
        ("my-models", '"my-models" cannot be imported: it is not a Python identifier'),
        ("1st", '"1st" cannot be imported: it is not a Python identifier'),
        ("json", '"json" cannot be imported: Python has a module of that name'),
    ],
)
async def test_an_output_that_cannot_be_imported_is_refused(shop_project, output, message):
    with pytest.raises(ConfigurationError) as caught:
        await shop_project.pull(output=Path(output))

    assert message in caught.value.message
    assert list(shop_project.files()) == ["ferrule.toml"]


async def test_a_folder_with_foreign_files_is_refused(shop_project):
    (shop_project.root / "shop").mkdir()
    (shop_project.root / "shop" / "notes.txt").write_text("mine")
    before = shop_project.files()

    with pytest.raises(ForeignFiles, match=r'"notes\.txt"'):
        await shop_project.pull(force=True)

    assert shop_project.files() == before


async def test_an_edited_generated_file_is_refused_unless_forced(shop_project):
    await shop_project.pull()
    generated = shop_project.root / "shop" / "generated" / "person.py"
    generated.write_text(generated.read_text() + "x = 1\n")
    before = shop_project.files()

    with pytest.raises(EditedFiles, match=r'"generated/person\.py"'):
        await shop_project.pull()
    assert shop_project.files() == before
    await shop_project.pull(force=True)

    assert b"x = 1" not in shop_project.files()["shop/generated/person.py"]


async def test_a_profile_and_a_url_together_are_refused(shop_project):
    with pytest.raises(ConfigurationError, match="a profile and a URL were given"):
        await shop_project.pull(profile="dev", url="postgresql://localhost/x")


async def test_an_output_deep_in_a_project_is_imported_from_there(shop_project):
    await shop_project.pull(output=Path("src/app/models"))

    program = "import app.models; print(app.models.Pet.__table__.link('person').target)"
    assert shop_project.python(program, folder="src") == "<table of Person>\n"
