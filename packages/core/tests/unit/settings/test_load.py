"""``ferrule.toml``, its profiles and the environment."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from ferrule_core.errors import ConfigurationError, UnknownProfile
from ferrule_core.plugins.contracts import ConfigSection
from ferrule_core.settings import PoolOptions, load_settings, parse_url

Write = Callable[[str], Path]


class MigrateTable(BaseModel):
    """A plugin's table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: str = "migrations"


MIGRATE = ConfigSection(name="migrate", model=f"{__name__}:MigrateTable")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        (tmp_path / "ferrule.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


TWO = """
default = "dev"

[profiles.dev]
provider = "embedded"
description = "on this machine"

[profiles.prod]
url = "postgresql://shop:${SHOP_PASSWORD}@${SHOP_HOST}/shop"
schemas = ["shop", "audit"]
models = "src/shop"
backend = "asyncpg"

[profiles.prod.pool]
max_size = 20
acquire_within = 2.5
statement_within = "PT1M"
"""
PROD = {"SHOP_PASSWORD": "p@ss/w%rd", "SHOP_HOST": "db.example:5433"}


def test_reads_a_profile_with_its_variables(write: Write):
    root = write(TWO)

    profile = load_settings(root, PROD).profile("prod")

    assert profile.url == parse_url("postgresql://shop:p%40ss%2Fw%25rd@db.example:5433/shop")
    assert profile.schemas == ("shop", "audit")
    assert profile.models == root / "src" / "shop"
    assert profile.backend == "asyncpg"
    assert profile.pool == PoolOptions(
        max_size=20,
        acquire_within=timedelta(seconds=2.5),
        statement_within=timedelta(minutes=1),
    )


def test_a_database_may_have_a_way_around_its_pooler_and_replicas(write: Write):
    root = write("""
        [profiles.prod]
        url = "postgresql://${USER}@pooler:6432/shop"
        direct_url = "postgresql://${USER}@db/shop"
        replicas = ["postgresql://${USER}@one/shop", "postgresql://${USER}@two/shop"]
        migrations = "src/migrations"
    """)

    profile = load_settings(root, {"USER": "a@b"}).profile()

    assert profile.direct_url == parse_url("postgresql://a%40b@db/shop")
    assert [replica.host for replica in profile.replicas] == ["one", "two"]
    assert {replica.user for replica in profile.replicas} == {"a@b"}
    assert profile.migrations == root / "src" / "migrations"


def test_a_url_in_the_environment_leaves_nothing_of_the_other_server(write: Write):
    root = write("""
        [profiles.prod]
        url = "postgresql://pooler:6432/shop"
        direct_url = "postgresql://db/shop"
        replicas = ["postgresql://one/shop"]
    """)

    profile = load_settings(root, {"FERRULE_URL": "postgresql://other/shop"}).profile()

    assert (profile.direct_url, profile.replicas) == (None, ())


def test_a_variable_may_be_a_whole_url(write: Write):
    root = write('[profiles.prod]\nurl = "${PROD_URL}"')

    profile = load_settings(root, {"PROD_URL": "postgresql://a:b%40c@db/shop"}).profile()

    assert profile.url is not None
    assert profile.url.password == "b@c"


def test_a_provider_has_a_folder_below_the_file(write: Write):
    root = write(TWO)
    below = root / "src" / "shop"
    below.mkdir(parents=True)

    profile = load_settings(below, {}).profile()

    assert (profile.name, profile.provider, profile.url) == ("dev", "embedded", None)
    assert profile.data == root / ".ferrule" / "dev"
    assert profile.models == root / "models"


@pytest.mark.parametrize(
    ("text", "environment", "chosen"),
    [
        (TWO, {}, "dev"),
        (TWO, {"FERRULE_PROFILE": "prod", **PROD}, "prod"),
        ('[profiles.only]\nprovider = "embedded"', {}, "only"),
    ],
)
def test_chooses_a_profile(write: Write, text: str, environment: dict[str, str], chosen: str):
    assert load_settings(write(text), environment).profile().name == chosen


def test_a_url_in_the_environment_takes_the_place_of_the_chosen_one(write: Write):
    environment = {"FERRULE_URL": "postgresql://ann@other/shop", "DATABASE_URL": "postgresql://no"}

    profile = load_settings(write(TWO), environment).profile()

    assert profile.name == "dev"
    assert profile.provider is None
    assert profile.url == parse_url("postgresql://ann@other/shop")


def test_a_profile_that_is_named_is_never_redirected(write: Write):
    environment = {"FERRULE_URL": "postgresql://other/shop", **PROD}

    profile = load_settings(write(TWO), environment).profile("prod")

    assert profile.url is not None
    assert profile.url.host == "db.example"


@pytest.mark.parametrize("variable", ["FERRULE_URL", "DATABASE_URL"])
def test_without_a_file_a_url_of_the_environment_is_the_profile(tmp_path: Path, variable: str):
    settings = load_settings(tmp_path, {variable: "postgresql://ann@db/shop"})

    profile = settings.profile()

    assert settings.root == tmp_path
    assert profile.url == parse_url("postgresql://ann@db/shop")
    assert profile.models == tmp_path / "models"


def test_nothing_configured_says_what_was_looked_for(tmp_path: Path):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path, {}).profile()

    assert caught.value.message == (
        f"no database is configured: there is no ferrule.toml in {tmp_path} or above it, "
        "and neither FERRULE_URL nor DATABASE_URL is set"
    )
    assert caught.value.hint == "run `ferrule init`"


def test_several_profiles_need_a_default(write: Write):
    root = write('[profiles.a]\nprovider = "embedded"\n[profiles.b]\nprovider = "embedded"')

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {"DATABASE_URL": "postgresql://db"}).profile()

    assert caught.value.message == (
        f"{root / 'ferrule.toml'} has several profiles and none is the default"
    )
    assert caught.value.hint == 'name one of them: "a", "b"'


def test_a_profile_without_a_file_is_answered_with_where_the_file_was_looked_for(tmp_path: Path):
    with pytest.raises(UnknownProfile) as caught:
        load_settings(tmp_path, {}).profile("dev")

    assert caught.value.message == (
        f'there is no profile "dev": there is no ferrule.toml in {tmp_path} or above it'
    )
    assert caught.value.hint == "run `ferrule init`"


def test_an_unknown_profile_is_answered_with_those_there_are(write: Write):
    root = write(TWO)

    with pytest.raises(UnknownProfile) as caught:
        load_settings(root, {}).profile("prd")

    assert caught.value.message == (
        f'there is no profile "prd" in {root / "ferrule.toml"}; there are: "dev", "prod"'
    )
    assert caught.value.hint == 'did you mean "prod"?'


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            '[profiles.dev]\nulr = "postgresql://ann:hunter2@db"',
            "[profiles.dev] ulr: unknown key",
            'did you mean "url"?',
        ),
        (
            "[profiles.dev]\nurl = 5",
            "[profiles.dev] url: input should be a valid string",
            None,
        ),
        (
            '[profiles.dev]\ndescription = "empty"',
            "[profiles.dev]: exactly one of url and provider must be given",
            None,
        ),
        (
            '[profiles.dev]\nurl = "postgresql://ann:hunter2@db"\nprovider = "embedded"',
            "[profiles.dev]: exactly one of url and provider must be given",
            None,
        ),
        (
            '[profiles.dev]\nprovider = "embedded"\n[profiles.dev.pool]\nmaxsize = 3',
            "[profiles.dev.pool] maxsize: unknown key",
            'did you mean "max_size" or "min_size"?',
        ),
        (
            '[profiles.dev]\nprovider = "embedded"\n[profiles.dev.pool]\nmax_size = 0',
            "[profiles.dev.pool] max_size: input should be greater than or equal to 1",
            None,
        ),
        (
            '[profiles.dev]\nprovider = "embedded"\n[profiles.dev.pool]\nmin_size = 11',
            "[profiles.dev.pool]: min_size is greater than max_size",
            None,
        ),
        (
            '[profiles.dev]\nprovider = "embedded"\n[profiles.dev.pool]\nacquire_within = -1',
            "[profiles.dev.pool] acquire_within: input should be greater than 0 seconds",
            None,
        ),
        (
            '[profiles.dev]\nprovider = "embedded"\ndirect_url = "postgresql://db"',
            "[profiles.dev]: direct_url belongs to a url, and there is none",
            None,
        ),
        (
            '[profiles.dev]\nurl = "postgresql://db"\ndatabase = "shop"',
            "[profiles.dev]: database belongs to a provider; a url names its own",
            None,
        ),
        ("default = 5", "default: input should be a valid string", None),
        ("profiles = 5", "profiles: input should be a valid dictionary", None),
    ],
)
def test_a_wrong_key_or_value_is_said_with_file_table_and_key(
    write: Write, text: str, message: str, hint: str | None
):
    root = write(text)

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {})

    assert caught.value.message == f"{root / 'ferrule.toml'}: {message}"
    assert caught.value.hint == hint
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_all_wrong_keys_are_said_at_once(write: Write):
    root = write('[profiles.dev]\nprovider = "embedded"\nshema = 1\n[profiles.x]\nmodel = 2')

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {})

    assert "[profiles.dev] shema: unknown key" in caught.value.message
    assert "[profiles.x] model: unknown key" in caught.value.message


def test_a_file_that_is_no_toml_is_said_with_the_place(write: Write):
    root = write("[profiles.dev]\nurl = postgresql://ann:hunter2@db")

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {})

    assert caught.value.message.startswith(f"{root / 'ferrule.toml'} cannot be read: ")
    assert "line 2" in caught.value.message
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_utf_8_is_said(tmp_path: Path):
    (tmp_path / "ferrule.toml").write_bytes(b'default = "\xff"')

    with pytest.raises(ConfigurationError, match="cannot be read: not UTF-8"):
        load_settings(tmp_path, {})


def test_a_variable_that_is_not_set_matters_only_where_it_is_used(write: Write):
    root = write(TWO)
    settings = load_settings(root, {"SHOP_HOST": "db"})

    assert settings.profile("dev").name == "dev"
    with pytest.raises(ConfigurationError) as caught:
        settings.profile("prod")

    assert caught.value.message == (
        f"{root / 'ferrule.toml'}: [profiles.prod] url: "
        'the environment variable "SHOP_PASSWORD" is not set'
    )


def test_a_wrong_url_is_said_with_its_place_and_without_its_password(write: Write):
    root = write('[profiles.dev]\nurl = "postgresql://ann:hunter2/x@db"')

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {}).profile()

    assert caught.value.message == (
        f"{root / 'ferrule.toml'}: [profiles.dev] url: "
        'the database URL has "@" behind the first "/" or "?"'
    )
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_url_of_the_environment_names_the_variable(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="FERRULE_URL: the port in the database URL"):
        load_settings(tmp_path, {"FERRULE_URL": "postgresql://ann:hunter2"}).profile()


def test_no_secret_is_in_a_repr(write: Write):
    settings = load_settings(
        write('[profiles.dev]\nurl = "postgresql://ann:hunter2@db/shop"'), {"TOKEN": "hunter2"}
    )

    assert "hunter2" not in f"{settings!r} {settings.file!r} {settings.profile()!r}"
    assert settings.profile().url is not None


def test_a_plugins_table_is_checked_by_its_model(write: Write):
    settings = load_settings(write('[migrate]\ndirectory = "sql"'), {})

    settings.refuse_unknown_tables(["migrate"])
    table = settings.section(MIGRATE)

    assert isinstance(table, MigrateTable)
    assert table.directory == "sql"


def test_a_plugins_table_that_is_left_out_has_its_defaults(tmp_path: Path):
    table = load_settings(tmp_path, {}).section(MIGRATE)

    assert table == MigrateTable()


def test_a_wrong_key_in_a_plugins_table_is_said_in_the_same_way(write: Write):
    root = write('[migrate]\ndirectroy = "sql"')

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {}).section(MIGRATE)

    assert caught.value.message == f"{root / 'ferrule.toml'}: [migrate] directroy: unknown key"
    assert caught.value.hint == 'did you mean "directory"?'


def test_a_table_that_nobody_knows_is_refused(write: Write):
    root = write("[migrat]\n")

    with pytest.raises(ConfigurationError) as caught:
        load_settings(root, {}).refuse_unknown_tables(["migrate"])

    assert caught.value.message == f"{root / 'ferrule.toml'}: [migrat]: unknown table"
    assert caught.value.hint == 'did you mean "migrate"?'


def test_importing_databases_and_settings_imports_no_pydantic_and_no_driver():
    program = (
        "import sys; import ferrule_core, ferrule_core.database, ferrule_core.settings; "
        "print({'pydantic', 'asyncpg', 'packaging'} & set(sys.modules))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "set()"
