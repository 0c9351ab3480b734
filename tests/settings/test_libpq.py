"""Connection strings, variables, service and pass files: libpq itself says how they are read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from psycopg import OperationalError, pq

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings import complete_url, parse_url
from ferrule_core.settings.conninfo import conninfo_parameters
from ferrule_core.settings.parameters import PARAMETERS, VARIABLES
from ferrule_core.settings.places import url_of

MANY = settings(
    max_examples=800,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FEWER = settings(MANY, max_examples=300)


def libpq_reads(text: str) -> dict[str, str] | None:
    """What libpq reads; ``None`` where it refuses."""
    try:
        options = pq.Conninfo.parse(text.encode())
    except OperationalError:
        return None
    return {
        o.keyword.decode(): o.val.decode(errors="replace") for o in options if o.val is not None
    }


def ours_reads(text: str) -> DatabaseUrl | None:
    try:
        return parse_url(text)
    except ConfigurationError:
        return None


def test_libpq_has_no_parameter_and_no_variable_that_we_do_not_know():
    theirs = {o.keyword.decode(): (o.envvar or b"").decode() for o in pq.Conninfo.get_defaults()}

    assert set(theirs) <= PARAMETERS
    assert {name: variable for name, variable in theirs.items() if variable} == {
        name: variable for name, variable in VARIABLES.items() if name in theirs
    }


# Connection strings.

letters = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"])
words = st.text(letters, min_size=1, max_size=8)
names = st.text("abcdefgh.-_019", min_size=1, max_size=8)
sockets = st.sampled_from(["/run/pg", "/var/run/a b", "/srv/%"])
numbers = st.sampled_from(["127.0.0.1", "::1", "fe80::1%eth0", "2001:db8::7"])
ports = st.integers(1, 65535).map(str) | st.just("")
theirs = {o.keyword.decode() for o in pq.Conninfo.get_defaults()}
known = st.sampled_from(sorted(theirs - {"host", "port", "hostaddr", "service"}))


@st.composite
def places(draw: st.DrawFn) -> str:
    """Hosts and ports of a URL."""
    found: list[str] = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        host = draw(names | sockets | numbers)
        shown = f"[{quote(host, safe=':')}]" if ":" in host else quote(host, safe="")
        port = draw(st.none() | ports)
        found.append(shown if port is None else f"{shown}:{port}")
    return ",".join(found)


@st.composite
def uris(draw: st.DrawFn) -> str:
    """URLs that people mean: all parts, each left out at times, each encoded as it must be."""
    user, password = draw(st.none() | words), draw(st.none() | words)
    userinfo = "" if user is None else quote(user, safe="")
    userinfo += "" if password is None else f":{quote(password, safe='')}"
    at = "@" if userinfo or draw(st.booleans()) else ""
    database = draw(st.none() | words | st.just(""))
    path = "" if database is None else f"/{quote(database, safe='')}"
    options = draw(st.lists(st.tuples(known, words), max_size=3))
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in options)
    mark = "?" if query or draw(st.booleans()) else ""
    scheme = draw(st.sampled_from(["postgresql", "postgres"]))
    return f"{scheme}://{userinfo}{at}{draw(places())}{path}{mark}{query}"


@MANY
@given(text=uris())
@example("postgresql:///?host=/a,/b&port=1,2")
@example("postgresql://a,b:5/")
@example("postgresql://,/")
@example("postgresql://u@?ssl=true")
@example("postgresql:// u @h/d ")
def test_urls_are_read_as_libpq_reads_them(text: str):
    theirs = libpq_reads(text)

    assert theirs is not None
    assert ours_reads(text) == url_of(theirs, text.strip().partition(":")[0])


@MANY
@given(tail=st.text("ab:@/?&=,[]%2Fé #'\\", max_size=20))
def test_what_looks_like_a_url_is_read_as_libpq_reads_it_or_refused(tail: str):
    ours = ours_reads(f"postgresql://{tail}")
    theirs = libpq_reads(f"postgresql://{tail}")
    authority = tail.partition("/")[0].partition("?")[0]
    # On purpose: an "@" in a password need not be encoded, and what libpq does not know is a
    # setting of the session.
    assume(authority.count("@") < 2)
    if ours is None or theirs is None:
        return

    assert ours == url_of(theirs)


quoted = words.map(lambda text: "'" + text.replace("\\", r"\\").replace("'", r"\'") + "'")
escaped = words.map(lambda text: "".join(f"\\{each}" for each in text))
spaces = st.text(" \t\n", max_size=2)
pairs = st.tuples(known, spaces, spaces, quoted | escaped | names, st.text(" \n", min_size=1)).map(
    lambda parts: f"{parts[0]}{parts[1]}={parts[2]}{parts[3]}{parts[4]}"
)


@MANY
@given(text=st.lists(pairs, max_size=4).map("".join))
@example("host='' dbname=a")
@example("password=a\\")
@example(r"password='a\\' user=\'b")
@example("host=a,b port=1,2")
def test_pairs_are_read_as_libpq_reads_them(text: str):
    assert conninfo_parameters(text) == libpq_reads(text)


@MANY
@given(text=st.text("user=pass dbname'\\\n\t\u00a0", max_size=24).map(lambda text: f"user={text}"))
def test_whatever_has_an_equals_sign_is_read_or_refused_as_by_libpq(text: str):
    try:
        ours = conninfo_parameters(text)
    except ConfigurationError:
        ours = None

    assert ours == libpq_reads(text)


# What a connection string leaves out. libpq is let connect to where nobody listens.


def resolved_by_libpq(text: str, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]):
    """All parameters as libpq has them when it connects, and the password of the first host."""
    with monkeypatch.context() as patch:
        for variable in [*os.environ]:
            if variable.startswith("PG"):
                patch.delenv(variable)
        for variable, value in environment.items():
            patch.setenv(variable, value)
        connection = pq.PGconn.connect_start(text.encode())
        found: dict[str, Any] = {
            o.keyword.decode(): o.val.decode() for o in connection.info if o.val is not None
        }
        found["password"] = connection.password.decode()
        connection.finish()
    return found


COMPARED = set(VARIABLES) - {"service", "passfile", "sslcompression"}
DEFAULTS = {"sslcertmode": "allow"} | {
    o.keyword.decode(): o.compiled.decode() for o in pq.Conninfo.get_defaults() if o.compiled
}


def same(url: DatabaseUrl, theirs: Mapping[str, str]) -> None:
    ours = {
        **DEFAULTS,
        **url.options,
        "host": ",".join(one.host or "" for one in url.hosts),
        "port": ",".join(str(one.port or 5432) for one in url.hosts),
        "user": url.user or "",
        "password": url.password or "",
        "dbname": url.database or "",
    }
    for name in COMPARED:
        expected = theirs.get(name, "")
        if name == "port" and "," not in expected:
            expected = ",".join([expected] * len(url.hosts))
        assert ours.get(name, "") == expected, name


plain = st.text("abcXYZ .:/\\'%@", min_size=1, max_size=6).filter(
    lambda text: text.strip(" ") == text
)
folders = st.sampled_from(["/nowhere/a", "/nowhere/b"])
values: dict[str, st.SearchStrategy[str]] = {
    "host": folders,
    "port": st.sampled_from(["1", "5432", "7777"]),
    "user": plain,
    "password": plain,
    "dbname": plain,
    "application_name": plain,
    "options": plain,
    "sslmode": st.sampled_from(["disable", "allow", "prefer"]),
    "connect_timeout": st.sampled_from(["3", "0"]),
    "target_session_attrs": st.sampled_from(["any", "primary"]),
}
some = st.fixed_dictionaries({}, optional=values)


@FEWER
@given(said=some, service=some, variables=some, known_by=st.sampled_from(["", "url", "PGSERVICE"]))
def test_what_is_left_out_comes_from_service_then_variables_then_defaults(
    said: dict[str, str],
    service: dict[str, str],
    variables: dict[str, str],
    known_by: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = tmp_path / "services"
    lines = [f"{name}={text}" for name, text in service.items()]
    file.write_text("\n".join(["# a comment", "[other]", "port=9", "[shop]", *lines, "[last]"]))
    environment = {VARIABLES[name]: text for name, text in variables.items()}
    environment |= {"PGSERVICEFILE": str(file), "HOME": str(tmp_path)}
    environment |= {"PGSERVICE": "shop"} if known_by == "PGSERVICE" else {}
    said = said | ({"service": "shop"} if known_by == "url" else {})
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in said.items())
    text = f"postgresql://?{query}"
    assume(any("host" in each for each in (said, variables, service if known_by else {})))

    theirs = resolved_by_libpq(text, monkeypatch, environment)

    same(complete_url(parse_url(text), environment), theirs)


fields = st.sampled_from(["*", "/nowhere/a", "/nowhere/b", "5432", "1", "ann", "a:b", "a\\b", ""])
secrets = st.text("ab:\\ #", max_size=5)


def written(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


lines_of_passwords = st.tuples(fields, fields, fields, fields, secrets).map(
    lambda parts: ":".join([*map(written, parts[:4]), parts[4]])
)


@FEWER
@given(
    lines=st.lists(
        lines_of_passwords
        | st.tuples(secrets).map(lambda text: f"/nowhere/a:1:a\\:b:ann:{text[0]}")
        | st.sampled_from(["", "# comment", "a:b", "*:*:*:*:x\\", "*:*:*:*", "\\*:*:*:*:y"]),
        max_size=5,
    ),
    said=st.fixed_dictionaries(
        {
            "host": folders,
            "port": st.sampled_from(["1", "5432"]),
            "user": st.sampled_from(["ann", "a:b", "*"]),
            "dbname": st.sampled_from(["ann", "a:b", "a\\b"]),
        }
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_the_password_is_the_one_that_libpq_finds(
    lines: list[str],
    said: dict[str, str],
    end: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = tmp_path / "passwords"
    file.write_bytes(end.join(lines).encode())
    file.chmod(0o600)
    said = said | {"passfile": str(file)}
    text = "postgresql://?" + "&".join(f"{name}={quote(each)}" for name, each in said.items())

    theirs = resolved_by_libpq(text, monkeypatch, {"HOME": str(tmp_path)})

    assert (complete_url(parse_url(text), {}).password or "") == theirs["password"]


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o604])
def test_a_pass_file_that_others_may_read_is_left_out(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    file = tmp_path / ".pgpass"
    file.write_text("*:*:*:*:hunter2\n")
    file.chmod(mode)
    environment = {"HOME": str(tmp_path)}
    text = "postgresql://ann@/shop?host=/nowhere"

    theirs = resolved_by_libpq(text, monkeypatch, environment)
    ours = complete_url(parse_url(text), environment)

    assert (ours.password or "") == theirs["password"]
    said = [record.getMessage() for record in caplog.records]
    left_out = f"the pass file {file} is left out: others may read it, which chmod 600 ends"
    assert said == ([left_out] if mode & 0o077 else [])
