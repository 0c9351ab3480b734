"""URLs of databases: taken apart, put together, and shown without their secrets.

The grammar is libpq's (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
It is read here and not by ``urllib``, whose errors quote the password and whose rules for ``[`` and
``#`` differ.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from ferrule_core.errors import ConfigurationError
from ferrule_core.lazy import pattern
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.conninfo import conninfo_parameters
from ferrule_core.settings.parameters import SECRETS, SPACE, store
from ferrule_core.settings.places import url_of

_EXAMPLE = "postgresql://user:password@host:5432/database"
_ENCODE = 'write special characters as %XX: "/" as %2F, "@" as %40, ":" as %3A, "%" as %25'
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_BAD_PERCENT = pattern(r"%(?![0-9A-Fa-f]{2})")


def is_location(text: str) -> bool:
    """Whether a text is meant as URL or connection string, and not as a name."""
    return "://" in text or "=" in text


def parse_url(text: str) -> DatabaseUrl:
    """Take a URL apart, or a connection string such as ``host=db.example dbname=shop``.

    Accepts what libpq accepts: ``postgresql://`` and ``postgres://``, with parts left out; several
    hosts, each with its port, separated by commas; IPv6 addresses in brackets; the folder of a unix
    socket as percent-encoded host or as ``?host=/folder``; every parameter also behind ``?``, where
    it wins. Beyond that, a raw ``@`` in the password is understood, and what libpq does not know
    behind ``?`` becomes a setting of the session. Other special characters must be percent-encoded.

    Raises:
        ConfigurationError: The text is neither. The message never quotes the password.
    """
    text = text.strip(SPACE)
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return url_of(_parameters(text[scheme.end() :]), scheme.group(1).lower())
    if "=" in text:
        return url_of(conninfo_parameters(text))
    raise ConfigurationError(
        'the database URL does not begin with a scheme such as "postgresql://"',
        hint=f"write it like {_EXAMPLE}",
    )


def url_text(url: DatabaseUrl) -> str:
    """Put a URL together, password included: for programs, never for a message or a log."""
    return _render(url, password=url.password, options=dict(url.options))


def shown_url(url: DatabaseUrl) -> str:
    """A URL for people: password and other secrets are left out."""
    options = {key: text for key, text in url.options.items() if key not in SECRETS}
    return _render(url, password=None, options=options)


def _parameters(rest: str) -> dict[str, str]:
    """What a URL says behind its scheme, by libpq's names."""
    end = re.search(r"[/?]", rest)
    authority, tail = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    path, _, query = tail.partition("?")
    if "@" in path or ("@" in query and not path and "@" not in authority):
        raise ConfigurationError(
            'the database URL has "@" behind the first "/" or "?"',
            hint=f"does the password hold one of them? {_ENCODE}",
        )
    userinfo, _, places = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    hosts, ports = _split_places(places)
    found = {
        "user": _decode(user, "user"),
        "password": _decode(password, "password"),
        "host": _decode(hosts, "host"),
        "port": _decode(ports, "port"),
        "dbname": _decode(path[1:], "database"),
    }
    return {name: text for name, text in found.items() if text} | _parse_options(query)


def _split_places(places: str) -> tuple[str, str]:
    """Hosts and ports, each separated by commas, as they are written."""
    pairs = [_split_place(place) for place in places.split(",")]
    return ",".join(host for host, _ in pairs), ",".join(port for _, port in pairs)


def _split_place(place: str) -> tuple[str, str]:
    if not place.startswith("["):
        host, _, port = place.partition(":")
        return host, port
    host, bracket, after = place[1:].partition("]")
    if not bracket or not host or (after and not after.startswith(":")):
        raise ConfigurationError(
            "the IPv6 address in the database URL is not closed by a bracket",
            hint="write it like postgresql://[::1]:5432/database",
        )
    return host, after[1:]


def _parse_options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, text = pair.partition("=")
        if not equals or not key or "=" in text:
            raise ConfigurationError(
                'an option behind "?" in the database URL is not of the form key=value',
                hint=f"does the password hold a question mark? {_ENCODE}",
            )
        name, value = _decode(key, "options"), _decode(text, "options")
        if (name, value) == ("ssl", "true"):  # as JDBC says it; libpq takes it too
            name, value = "sslmode", "require"
        store(options, name, value)
    return options


def _decode(text: str, part: str) -> str:
    decoded = _decoded(text.strip(SPACE))
    if decoded is None:  # raised here, so that no UnicodeError that holds the text is its context
        raise ConfigurationError(
            f"the {part} in the database URL is not percent-encoded UTF-8", hint=_ENCODE
        )
    return decoded


def _decoded(text: str) -> str | None:
    if _BAD_PERCENT.search(text):
        return None
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeError:
        return None
    return None if "\0" in decoded else decoded


def _render(url: DatabaseUrl, *, password: str | None, options: dict[str, str]) -> str:
    user = _encode(url.user or "")
    secret = f":{_encode(password)}" if password else ""
    at = "@" if user or secret else ""
    places = ",".join(_place(address.host or "", address.port) for address in url.hosts)
    database = f"/{_encode(url.database)}" if url.database else ""
    query = "&".join(f"{_encode(key)}={_encode(text, '/:,')}" for key, text in options.items())
    return f"{url.scheme}://{user}{secret}{at}{places}{database}{'?' if query else ''}{query}"


def _place(host: str, port: int | None) -> str:
    # A colon is an IPv6 address, or a file: only the latter has a slash.
    shown = f"[{_encode(host, ':')}]" if ":" in host and "/" not in host else _encode(host)
    return shown if port is None else f"{shown}:{port}"


def _encode(text: str, also: str = "") -> str:
    return quote(text, safe="-._~" + also)
