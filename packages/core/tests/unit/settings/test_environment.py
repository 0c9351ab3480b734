"""What the environment says: the project's own variables, ``.env``, libpq's, and commands."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path

import pytest

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import HostAddress
from ferrule_core.settings import Settings, complete_url, load_settings, parse_url, shown_url

TWO = """
env_prefix = "MC"
default = "dev"

[profiles.dev]
provider = "embedded"
database = "shop"

[profiles.prod]
url = "postgresql://ann:hunter2@db:5433/shop?sslmode=require"
direct_url = "postgresql://direct"
replicas = ["postgresql://one:6000", "postgresql://bob@two/reports"]
"""


def settings_of(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    (folder / "ferrule.toml").write_text(text, encoding="utf-8")
    return load_settings(folder, {"HOME": str(folder), **(environment or {})})


def shown(settings: Settings, name: str | None = None) -> str:
    url = settings.profile(name).url
    assert url is not None
    return shown_url(url)


# Variables with the project's prefix.


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "dev"),
        ({"FERRULE_PROFILE": "prod"}, "prod"),
        ({"MC_DB_PROFILE": "prod", "FERRULE_PROFILE": "dev"}, "prod"),
        ({"FERRULE_ENV_PREFIX": "XY_", "XY_DB_PROFILE": "prod", "MC_DB_PROFILE": "dev"}, "prod"),
        ({"FERRULE_ENV_PREFIX": "XY", "XY_DB_PROFILE": "prod"}, "prod"),
    ],
)
def test_a_prefixed_variable_chooses_the_profile(
    tmp_path: Path, environment: dict[str, str], name: str
):
    assert settings_of(tmp_path, TWO, environment).profile().name == name


def test_a_prefixed_url_is_stronger_than_ferrules_and_replaces_the_server(tmp_path: Path):
    environment = {
        "MC_DB_PROFILE": "prod",
        "MC_DB_URL": "postgresql://cy@here/x",
        "FERRULE_URL": "postgresql://cy@there/x",
    }

    profile = settings_of(tmp_path, TWO, environment).profile()

    assert profile.url is not None
    assert shown_url(profile.url) == "postgresql://cy@here/x"
    assert (profile.direct_url, profile.replicas) == (None, ())


def test_parts_take_the_place_of_parts(tmp_path: Path):
    environment = {
        "MC_DB_PROFILE": "prod",
        "MC_DB_HOST": "other",
        "MC_DB_PORT": "1",
        "MC_DB_USER": "eve",
        "MC_DB_PASSWORD": "p@ss/w%rd",
        "MC_DB_NAME": "reports",
    }

    profile = settings_of(tmp_path, TWO, environment).profile()

    assert profile.url == parse_url(
        "postgresql://eve:p%40ss%2Fw%25rd@other:1/reports?sslmode=require"
    )
    assert profile.replicas == ()


def test_parts_that_name_no_server_hold_for_all_ways_to_the_database(tmp_path: Path):
    environment = {"MC_DB_PROFILE": "prod", "MC_DB_USER": "eve", "MC_DB_PASSWORD": "b"}

    profile = settings_of(tmp_path, TWO, environment).profile()

    assert profile.direct_url is not None
    for url in (profile.url, profile.direct_url, *profile.replicas):
        assert url is not None
        assert (url.user, url.password) == ("eve", "b")


def test_a_name_is_the_database_of_a_providers_server(tmp_path: Path):
    profile = settings_of(tmp_path, TWO, {"MC_DB_NAME": "other"}).profile()

    assert (profile.provider, profile.database, profile.url) == ("embedded", "other", None)


def test_a_host_takes_the_place_of_a_providers_server(tmp_path: Path):
    profile = settings_of(tmp_path, TWO, {"MC_DB_HOST": "db", "MC_DB_USER": "ann"}).profile()

    assert profile.provider is None
    assert profile.url is not None
    assert shown_url(profile.url) == "postgresql://ann@db/ann"


def test_parts_alone_are_a_profile(tmp_path: Path):
    environment = {"FERRULE_ENV_PREFIX": "MC", "MC_DB_HOST": "db", "MC_DB_USER": "ann"}

    assert shown(load_settings(tmp_path, environment)) == "postgresql://ann@db/ann"


def test_a_profile_that_is_named_is_not_redirected(tmp_path: Path):
    settings = settings_of(tmp_path, TWO, {"MC_DB_HOST": "other", "MC_DB_URL": "postgresql://x"})

    assert shown(settings, "prod") == "postgresql://ann@db:5433/shop?sslmode=require"


def test_a_wrong_part_names_the_variables(tmp_path: Path):
    environment = {"MC_DB_PROFILE": "prod", "MC_DB_PORT": "hunter2"}

    with pytest.raises(ConfigurationError) as caught:
        settings_of(tmp_path, TWO, environment).profile()

    assert caught.value.message == (
        "MC_DB_HOST or MC_DB_PORT: the port in the database URL is not a number from 1 to 65535"
    )
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


# Other ways to the same database.


def test_what_other_ways_leave_out_is_as_in_the_url(tmp_path: Path):
    profile = settings_of(tmp_path, TWO).profile("prod")

    assert profile.direct_url == parse_url("postgresql://ann:hunter2@direct/shop?sslmode=require")
    assert profile.replicas == (
        parse_url("postgresql://ann:hunter2@one:6000/shop?sslmode=require"),
        parse_url("postgresql://bob@two/reports?sslmode=require"),  # not told ann's password
    )


# The file .env.


def test_a_file_adds_to_the_environment_which_wins(tmp_path: Path):
    (tmp_path / ".env").write_text(
        "# comment\nexport MC_DB_PROFILE=prod\nMC_DB_HOST='from file'\nMC_DB_NAME=${APP}_db\n"
    )
    environment = {"MC_DB_HOST": "real", "APP": "shop"}

    assert shown(settings_of(tmp_path, TWO, environment)) == (
        "postgresql://ann@real:5433/shop_db?sslmode=require"
    )


def test_a_line_that_is_none_is_said_without_its_text(tmp_path: Path):
    (tmp_path / ".env").write_text('A=1\nPASSWORD="hunter2\n')

    with pytest.raises(ConfigurationError) as caught:
        settings_of(tmp_path, TWO)

    assert caught.value.message == f"{tmp_path / '.env'} line 2 is not of the form NAME=value"
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


# libpq's variables and files; tests/settings compares them with libpq itself.


def test_variables_of_libpq_alone_are_a_profile(tmp_path: Path):
    environment = {"PGHOST": "db", "PGUSER": "ann", "PGSSLMODE": "require"}

    assert shown(load_settings(tmp_path, environment)) == "postgresql://ann@db/ann?sslmode=require"


def test_variables_of_libpq_fill_in_what_a_profile_leaves_out_and_no_more(tmp_path: Path):
    settings = settings_of(
        tmp_path, '[profiles.dev]\nurl = "postgresql://db"', {"PGHOST": "x", "PGUSER": "ann"}
    )

    assert shown(settings) == "postgresql://ann@db/ann"


def test_a_time_to_connect_in_the_file_is_stronger_than_a_variable(tmp_path: Path):
    text = '[profiles.dev]\nurl = "postgresql://ann@db"'
    environment = {"PGCONNECT_TIMEOUT": "3"}

    assert shown(settings_of(tmp_path, text, environment)).endswith("?connect_timeout=3")
    text += "\n[profiles.dev.pool]\nconnect_within = 5"
    assert "connect_timeout" not in shown(settings_of(tmp_path, text, environment))


def test_each_host_has_its_own_password_in_the_pass_file(tmp_path: Path):
    file = tmp_path / ".pgpass"
    file.write_text("one:*:shop:ann:secret1\n127.0.0.1:7:*:ann:secret2\n")
    file.chmod(0o600)
    environment = {"HOME": str(tmp_path)}
    url = parse_url("postgresql://ann@one,two,127.0.0.1:7/shop")

    completed = complete_url(complete_url(url, environment), environment)

    assert completed.hosts == (
        HostAddress(host="one", port=5432, password="secret1"),
        HostAddress(host="two", port=5432),
        HostAddress(host="127.0.0.1", port=7, password="secret2"),
    )
    assert "secret" not in repr(completed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[other]\nhost=x", 'the service "shop" is not defined'),
        ("[shop]\nhost=x\nhunter2", "FILE line 3 is not of the form name=value"),
        ("[shop]\nhots=hunter2", "FILE line 2 sets a parameter that libpq does not know"),
        ("[shop]\nservice=hunter2", "FILE line 2 names a service inside of a service"),
    ],
)
def test_a_service_that_cannot_be_used_is_said_with_its_line(
    tmp_path: Path, text: str, message: str
):
    file = tmp_path / "services"
    file.write_text(text)

    with pytest.raises(ConfigurationError) as caught:
        complete_url(parse_url("postgresql://?service=shop"), {"PGSERVICEFILE": str(file)})

    assert caught.value.message == message.replace("FILE", str(file))
    assert "hunter2" not in str(caught.value)


def test_a_service_is_looked_for_in_the_folder_of_the_system_too(tmp_path: Path):
    (tmp_path / "pg_service.conf").write_text("[shop]\nhost=db\nuser=ann\ndbname=shop")

    url = complete_url(parse_url("service=shop"), {"PGSYSCONFDIR": str(tmp_path), "HOME": "/none"})

    assert shown_url(url) == "postgresql://ann@db/shop"


# Secrets.


def command(program: str, more: str = "") -> str:
    return f"{{ command = [{sys.executable!r}, '-c', '''{program}''']{more} }}"


def test_a_command_gives_the_password(tmp_path: Path):
    program = 'import sys; print("hunter2/ @"); print("noise", file=sys.stderr)'
    settings = settings_of(
        tmp_path, f'[profiles.p]\nurl = "postgresql://ann@db/shop"\npassword = {command(program)}'
    )

    url = settings.profile().url

    assert url is not None
    assert url.password == "hunter2/ @"
    assert "hunter2" not in repr(settings) + repr(settings.file)


def test_a_command_gives_a_whole_url_and_is_run_once(tmp_path: Path):
    program = 'open("runs", "a").write("x"); print("postgresql://ann:b@db/shop")'
    settings = settings_of(
        tmp_path,
        f"[profiles.p]\nurl = {command(program)}\nreplicas = [{command(program)}]",
    )

    profile = settings.profile()
    settings.profile()

    assert profile.url == profile.replicas[0] == parse_url("postgresql://ann:b@db/shop")
    assert (tmp_path / "runs").read_text() == "x"


def test_a_password_may_be_a_variable(tmp_path: Path):
    text = '[profiles.p]\nurl = "host=db user=ann dbname=shop"\npassword = "${PW}"'
    url = settings_of(tmp_path, text, {"PW": "a b'\\"}).profile().url

    assert url is not None
    assert url.password == "a b'\\"


@pytest.mark.parametrize(
    "text",
    [
        "host=db user=ann password=${PW} dbname=shop",
        "host=db user=ann password='${PW}' dbname=shop",
        "postgresql://ann:${PW}@db/shop",
        "postgresql://ann@db/shop?password=${PW}",
    ],
)
def test_a_variable_in_a_url_is_taken_as_it_stands(tmp_path: Path, text: str):
    settings = settings_of(tmp_path, f'[profiles.p]\nurl = "{text}"', {"PW": "a b'\\&@/?#%=${X}"})

    url = settings.profile().url

    assert url is not None
    assert (url.password, url.database) == ("a b'\\&@/?#%=${X}", "shop")


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (command('import sys; print("hunter2"); sys.exit("hunter2")'), "ended with exit code 1"),
        (command("pass"), "printed nothing"),
        (command("import sys; sys.stdout.buffer.write(bytes([255]))"), "printed something that is"),
        ("{ command = 'no-such-program hunter2' }", "cannot be run: No such file or directory"),
    ],
)
def test_a_command_that_fails_is_named_and_not_quoted(tmp_path: Path, secret: str, said: str):
    settings = settings_of(
        tmp_path, f'[profiles.p]\nurl = "postgresql://ann@db"\npassword = {secret}'
    )

    with pytest.raises(ConfigurationError) as caught:
        settings.profile()

    assert (
        f"{tmp_path / 'ferrule.toml'}: [profiles.p] password: the command" in caught.value.message
    )
    assert said in caught.value.message
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_command_that_hangs_is_ended(tmp_path: Path):
    program = 'import subprocess; subprocess.run(["sleep", "8"])'
    settings = settings_of(
        tmp_path,
        '[profiles.p]\nurl = "postgresql://ann@db"\n'
        f"password = {command(program, ', within = 0.3')}",
    )
    begun = time.monotonic()

    with pytest.raises(ConfigurationError, match=r"took longer than 0\.3 s and was ended"):
        settings.profile()

    assert time.monotonic() - begun < 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url = { command = [] }", "[profiles.p.url] command: value should have at least 1"),
        ("url = { comand = ['a'] }", "[profiles.p.url] comand: unknown key"),
        ("url = 5", "[profiles.p] url: input should be a valid string"),
        ('provider = "embedded"\npassword = "hunter2"', "[profiles.p]: password belongs to a url"),
    ],
)
def test_a_wrong_secret_is_said_with_its_place(tmp_path: Path, text: str, message: str):
    with pytest.raises(ConfigurationError) as caught:
        settings_of(tmp_path, f"[profiles.p]\n{text}")

    assert message in caught.value.message
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("prefix", ["", "1a", "a-b"])
def test_a_prefix_that_can_begin_no_variable_is_refused(tmp_path: Path, prefix: str):
    with pytest.raises(ConfigurationError, match="env_prefix: string should match"):
        settings_of(tmp_path, f'env_prefix = "{prefix}"')
