"""What a URL leaves out: from the service file, the ``PG*`` variables, and the pass file.

In the order of libpq: what the URL says, then its service, then the variables, then the defaults.
Drivers are given the outcome, and need not look for themselves.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from ferrule_core.plugins.contracts import DatabaseUrl, HostAddress
from ferrule_core.settings.homes import user_name
from ferrule_core.settings.parameters import SESSION_VARIABLES, VARIABLES
from ferrule_core.settings.passfiles import pass_lines, password_for
from ferrule_core.settings.places import DEFAULT_PORT, parameters_of, url_of
from ferrule_core.settings.services import read_service

SCHEMES = frozenset({"postgresql", "postgres"})


def complete_url(
    url: DatabaseUrl, environment: Mapping[str, str], *, without: Container[str] = ()
) -> DatabaseUrl:
    """Fill in what the URL leaves out. What is complete stays as it is.

    Args:
        url: Of PostgreSQL; others are given back unchanged.
        environment: Where ``PG*`` variables are looked up.
        without: Parameters that no variable may set.

    Raises:
        ConfigurationError: The service is not defined, or something that was found is wrong.
    """
    if url.scheme not in SCHEMES:
        return url
    parameters = parameters_of(url)
    service = parameters.pop("service", None) or environment.get(VARIABLES["service"])
    file = parameters.pop("servicefile", None)
    if service:
        parameters = {**read_service(service, file, environment), **parameters}
    for name, variable in (VARIABLES | SESSION_VARIABLES).items():
        if name not in parameters and name not in without and environment.get(variable):
            parameters[name] = environment[variable]
    parameters.pop("service", None)
    if not parameters.get("user") and (user := user_name(environment)):
        parameters["user"] = user
    if not parameters.get("dbname") and "user" in parameters:
        parameters["dbname"] = parameters["user"]
    passfile = parameters.pop("passfile", None)
    completed = url_of(parameters, url.scheme)
    if any(one.password for one in url.hosts):  # what is meant for one server goes to no other
        return replace(completed, password=url.password, alternatives=url.alternatives)
    return completed if completed.password else _with_passwords(completed, passfile, environment)


def _with_passwords(
    url: DatabaseUrl, passfile: str | None, environment: Mapping[str, str]
) -> DatabaseUrl:
    lines = pass_lines(passfile, environment)
    if not lines or url.user is None or url.database is None:
        return url
    addresses = url.options.get("hostaddr", "").split(",")
    found = [
        password_for(
            lines,
            host=one.host or address or "localhost",
            port=one.port or DEFAULT_PORT,
            database=url.database,
            user=url.user,
        )
        for one, address in zip(url.hosts, _padded(addresses, len(url.hosts)), strict=True)
    ]
    alternatives = tuple(
        HostAddress(host=one.host, port=one.port, password=password or None)
        for one, password in zip(url.alternatives, found[1:], strict=True)
    )
    return replace(url, password=found[0] or None, alternatives=alternatives)


def _padded(addresses: list[str], count: int) -> list[str]:
    return addresses if len(addresses) == count else [""] * count
