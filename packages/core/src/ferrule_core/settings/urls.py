"""URLs of databases: taken apart, put together, and shown without their secrets.

The grammar is libpq's (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
It is read here and not by ``urllib``, whose errors quote the password and whose rules for ``[`` and
``#`` differ.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl

_EXAMPLE = "postgresql://user:password@host:5432/database"
_ENCODE = 'write special characters as %XX: "/" as %2F, "@" as %40, ":" as %3A, "%" as %25'
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LAST_PORT = 65535
_SECRET_OPTIONS = frozenset({"password", "sslpassword", "oauth_client_secret"})


def parse_url(text: str) -> DatabaseUrl:
    """Take a URL apart.

    Accepts what libpq accepts, but for lists of hosts: ``postgresql://`` and ``postgres://``, with
    parts left out; IPv6 addresses in brackets; the folder of a unix socket as percent-encoded
    host or as ``?host=/folder``; ``user``, ``password``, ``port`` and ``dbname`` also behind ``?``,
    where they win. A raw ``@`` in the password is understood, other special characters must be
    percent-encoded.

    Raises:
        ConfigurationError: The text is no such URL. The message never quotes the password.
    """
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise ConfigurationError(
            'the database URL does not begin with a scheme such as "postgresql://"',
            hint=f"write it like {_EXAMPLE}",
        )
    rest = text[scheme.end() :]
    end = re.search(r"[/?]", rest)
    authority, tail = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    path, _, query = tail.partition("?")
    if "@" in path or ("@" in query and not path and "@" not in authority):
        raise ConfigurationError(
            'the database URL has "@" behind the first "/" or "?"',
            hint=f"does the password hold one of them? {_ENCODE}",
        )
    userinfo, _, place = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    host, port = _split_place(place)
    options = _parse_options(query)
    return DatabaseUrl(
        scheme=scheme.group(1).lower(),
        host=options.pop("host", None) or _decode(host, "host") or None,
        port=_parse_port(options.pop("port", None) or port),
        user=options.pop("user", None) or _decode(user, "user") or None,
        password=options.pop("password", None) or _decode(password, "password") or None,
        database=options.pop("dbname", None) or _decode(path[1:], "database") or None,
        options=options,
    )


def url_text(url: DatabaseUrl) -> str:
    """Put a URL together, password included: for programs, never for a message or a log."""
    return _render(url, password=url.password, options=dict(url.options))


def shown_url(url: DatabaseUrl) -> str:
    """A URL for people: password and other secrets are left out."""
    options = {key: text for key, text in url.options.items() if key not in _SECRET_OPTIONS}
    return _render(url, password=None, options=options)


def _render(url: DatabaseUrl, *, password: str | None, options: dict[str, str]) -> str:
    user = _encode(url.user or "")
    secret = f":{_encode(password)}" if password else ""
    at = "@" if user or secret else ""
    # A colon is an IPv6 address, or a file: only the latter has a slash.
    host = url.host or ""
    place = f"[{_encode(host, ':')}]" if ":" in host and "/" not in host else _encode(host)
    port = f":{url.port}" if url.port is not None else ""
    database = f"/{_encode(url.database)}" if url.database else ""
    query = "&".join(f"{_encode(key)}={_encode(text, '/:,')}" for key, text in options.items())
    return f"{url.scheme}://{user}{secret}{at}{place}{port}{database}{'?' if query else ''}{query}"


def _split_place(place: str) -> tuple[str, str]:
    """Host and port, both as they are written."""
    if "," in place:
        raise ConfigurationError("several hosts in one database URL are not supported")
    if not place.startswith("["):
        host, _, port = place.partition(":")
        return host, port
    host, bracket, after = place[1:].partition("]")
    if not bracket or (after and not after.startswith(":")):
        raise ConfigurationError(
            "the IPv6 address in the database URL is not closed by a bracket",
            hint="write it like postgresql://[::1]:5432/database",
        )
    return host, after[1:]


def _parse_port(port: str | None) -> int | None:
    if not port:
        return None
    # What stands where the port should be may be half a password, so no message quotes it.
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _LAST_PORT):
        raise ConfigurationError(
            "the port in the database URL is not a number from 1 to 65535",
            hint=f"does the password hold special characters? {_ENCODE}",
        )
    return int(port)


def _parse_options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise ConfigurationError(
                'an option behind "?" in the database URL is not of the form key=value',
                hint=f"does the password hold a question mark? {_ENCODE}",
            )
        options[_decode(key, "options")] = _decode(text, "options")
    if options.pop("ssl", None) == "true":  # as JDBC says it; libpq takes it too
        options.setdefault("sslmode", "require")
    return options


def _decode(text: str, part: str) -> str:
    decoded = _decoded(text)
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


def _encode(text: str, also: str = "") -> str:
    return quote(text, safe="-._~" + also)
