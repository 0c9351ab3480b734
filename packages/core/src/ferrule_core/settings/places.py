"""A URL as libpq's parameters, and back: there, hosts and ports are lists in two texts."""

from __future__ import annotations

from collections.abc import Mapping

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl, HostAddress

DEFAULT_PORT = 5432
_LAST_PORT = 65535


def url_of(parameters: Mapping[str, str], scheme: str = "postgresql") -> DatabaseUrl:
    """The URL that these parameters make. An empty one is one that is left out.

    Raises:
        ConfigurationError: A port is none, or there are not as many ports as hosts.
    """
    rest = {name: text for name, text in parameters.items() if text}
    hosts = rest.pop("host", "").split(",")
    ports = _ports(rest.pop("port", ""))
    addresses = rest.get("hostaddr", "").split(",")
    if len(addresses) > 1 and hosts == [""]:
        hosts *= len(addresses)
    if "hostaddr" in rest and len(addresses) != len(hosts):
        raise ConfigurationError(f"{len(hosts)} hosts have {len(addresses)} addresses in hostaddr")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        raise ConfigurationError(
            f"{len(hosts)} hosts have {len(ports)} ports",
            hint="give one port for all of them, or one for each",
        )
    password = rest.pop("password", None)
    alternatives = tuple(
        HostAddress(host=host or None, port=port, password=password)
        for host, port in zip(hosts[1:], ports[1:], strict=True)
    )
    return DatabaseUrl(
        scheme=scheme,
        host=hosts[0] or None,
        port=ports[0],
        user=rest.pop("user", None),
        password=password,
        database=rest.pop("dbname", None),
        options=rest,
        alternatives=alternatives,
    )


def parameters_of(url: DatabaseUrl) -> dict[str, str]:
    """The parameters that a URL sets; of passwords that of the first host."""
    hosts = ",".join(address.host or "" for address in url.hosts)
    ports = ",".join("" if one.port is None else str(one.port) for one in url.hosts)
    found = {
        "host": hosts,
        "port": ports if ports.strip(",") else "",
        "user": url.user,
        "password": url.password,
        "dbname": url.database,
        **url.options,
    }
    return {name: text for name, text in found.items() if text}


def _ports(text: str) -> list[int | None]:
    if not text.strip():
        return [None]
    # In a list, what is left out is the default itself: no variable fills it in.
    return [_port(one.strip()) if one.strip() else DEFAULT_PORT for one in text.split(",")]


def _port(text: str) -> int:
    # What stands where the port should be may be half a password, so no message quotes it.
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _LAST_PORT):
        raise ConfigurationError(
            "the port in the database URL is not a number from 1 to 65535",
            hint="does the password hold special characters? "
            'write "/" as %2F, "@" as %40, ":" as %3A, "%" as %25',
        )
    return int(text)
