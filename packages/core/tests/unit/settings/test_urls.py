"""URLs taken apart, put together, and shown."""

from __future__ import annotations

import traceback
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings import parse_url, shown_url, url_text

SCHEME = 'the database URL does not begin with a scheme such as "postgresql://"'
SLASH = 'the database URL has "@" behind the first "/" or "?"'
OPTION = 'an option behind "?" in the database URL is not of the form key=value'
PORT = "the port in the database URL is not a number from 1 to 65535"
PASSWORD = "the password in the database URL is not percent-encoded UTF-8"
PARAMETER = "the connection string has a parameter that libpq does not know"
WORD = "a word in the connection string is not of the form name=value"
END = "a quoted value in the connection string has no end"
BRACKET = "the IPv6 address in the database URL is not closed by a bracket"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("postgresql://", {}),
        ("postgres://db.example", {"scheme": "postgres", "host": "db.example"}),
        ("POSTGRESQL://db", {"host": "db"}),
        ("postgresql://db:5433", {"host": "db", "port": 5433}),
        ("postgresql://db:/shop", {"host": "db", "database": "shop"}),
        ("postgresql:///shop", {"database": "shop"}),
        ("postgresql://ann@db", {"user": "ann", "host": "db"}),
        ("postgresql://ann:secret@", {"user": "ann", "password": "secret"}),
        ("postgresql://ann:@db", {"user": "ann", "host": "db"}),
        ("postgresql://:secret@db", {"password": "secret", "host": "db"}),
        (
            "postgresql://a%40b:c%2Fd@db/e%20f",
            {"user": "a@b", "password": "c/d", "host": "db", "database": "e f"},
        ),
        ("postgresql://ann:p@ss@db", {"user": "ann", "password": "p@ss", "host": "db"}),
        (
            "postgresql://ann:p#[ss@db/shop",
            {"user": "ann", "password": "p#[ss", "host": "db", "database": "shop"},
        ),
        ("postgresql://ann:a:b@db", {"user": "ann", "password": "a:b", "host": "db"}),
        ("postgresql://[::1]:5433/shop", {"host": "::1", "port": 5433, "database": "shop"}),
        ("postgresql://ann@[fe80::1%25eth0]", {"user": "ann", "host": "fe80::1%eth0"}),
        ("postgresql://%2Fvar%2Frun/shop", {"host": "/var/run", "database": "shop"}),
        (
            "postgresql:///shop?host=/var/run&port=5433",
            {"host": "/var/run", "port": 5433, "database": "shop"},
        ),
        (
            "postgresql://db?user=ann&password=a%26b&dbname=shop",
            {"host": "db", "user": "ann", "password": "a&b", "database": "shop"},
        ),
        (
            "postgresql://ann:one@db/old?password=two&dbname=new",
            {"user": "ann", "password": "two", "host": "db", "database": "new"},
        ),
        (
            "postgresql://db/shop?sslmode=verify-full&options=-c%20a%3Db",
            {
                "host": "db",
                "database": "shop",
                "options": {"sslmode": "verify-full", "options": "-c a=b"},
            },
        ),
        ("postgresql://db/?ssl=true", {"host": "db", "options": {"sslmode": "require"}}),
        (
            "postgresql://db/a+b?application_name=c+d",
            {"host": "db", "database": "a+b", "options": {"application_name": "c+d"}},
        ),
        ("mysql://db/shop", {"scheme": "mysql", "host": "db", "database": "shop"}),
    ],
)
def test_takes_every_form_apart(text: str, parts: dict[str, object]):
    assert parse_url(text) == replace(DatabaseUrl(), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ann:hunter2@db/shop", SCHEME),
        ("postgresql://ann:hunter2/x@db/shop", SLASH),
        ("postgresql://ann:1/hunter2@db/shop", SLASH),
        ("postgresql://ann:hunter2?x@db/shop", SLASH),
        ("postgresql://ann:1?hunter2=x@db/shop", SLASH),
        ("postgresql://ann:1?hunter2@db", SLASH),
        ("postgresql://db?hunter2", OPTION),
        ("postgresql://ann:hunter2", PORT),
        ("postgresql://db:65536", PORT),
        ("postgresql://db:0", PORT),
        ("postgresql://db:\u0665", PORT),
        ("postgresql://db:99999999999999999999", PORT),
        ("postgresql://ann:hunter2%zz@db", PASSWORD),
        ("postgresql://ann:hunter2%ff@db", PASSWORD),
        ("postgresql://ann:hunter2%00@db", PASSWORD),
        ("postgresql://ann:hunter2\udcff@db", PASSWORD),
        ("postgresql://a,b,c/shop?port=1,2", "3 hosts have 2 ports"),
        ("postgresql://a,b/shop?hostaddr=::1", "2 hosts have 1 addresses in hostaddr"),
        ("postgresql://[]/shop", BRACKET),
        ("postgresql://db?a=hunter2=b", OPTION),
        ("host=db passwrd=hunter2", PARAMETER),
        ("host=db password=a hunter2", WORD),
        ("host=db password='hunter2", END),
        ("postgresql://[::1/shop", BRACKET),
        ("postgresql://[::1]5432/shop", BRACKET),
    ],
)
def test_refuses_what_is_no_url_without_quoting_the_password(text: str, message: str):
    with pytest.raises(ConfigurationError) as caught:
        parse_url(text)

    shown = "".join(traceback.format_exception(caught.value))
    assert caught.value.message == message
    assert "hunter2" not in shown.replace(text, "")
    assert "hunter2" not in f"{caught.value!r} {caught.value.hint} {caught.value.__context__!r}"


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
urls = st.builds(
    DatabaseUrl,
    scheme=st.sampled_from(["postgresql", "postgres"]),
    host=st.none()
    | st.sampled_from(["db.example", "127.0.0.1", "::1", "fe80::1%eth0", "/var/run/a b:c"]),
    port=st.none() | st.integers(1, 65535),
    user=st.none() | words,
    password=st.none() | words,
    database=st.none() | words,
    options=st.dictionaries(
        st.sampled_from(["sslmode", "application_name", "options", "sslpassword"]), words
    ),
)


@given(url=urls)
def test_what_is_put_together_is_taken_apart_again(url: DatabaseUrl):
    assert parse_url(url_text(url)) == url


@given(password=words)
def test_any_password_is_understood_when_it_is_percent_encoded(password: str):
    text = f"postgresql://ann:{quote(password, safe='')}@db:5432/shop"

    assert parse_url(text).password == password


@given(url=urls, secret=st.uuids().map(str))
def test_no_secret_is_shown(url: DatabaseUrl, secret: str):
    url = replace(url, password=secret, options={**url.options, "sslpassword": secret})

    assert secret not in shown_url(url)
    assert secret not in repr(url)


def test_the_rest_of_a_url_is_shown():
    url = parse_url("postgresql://ann:hunter2@db:5433/shop?sslmode=require&sslpassword=x")

    assert shown_url(url) == "postgresql://ann@db:5433/shop?sslmode=require"
