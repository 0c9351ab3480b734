"""libpq's service file: parameters by the name of a service.

https://www.postgresql.org/docs/current/libpq-pgservice.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ferrule_core.errors import ConfigurationError, nearest
from ferrule_core.settings.homes import personal_file
from ferrule_core.settings.parameters import (
    PARAMETERS,
    SERVICE_FILE_VARIABLE,
    SPACE,
    SYSTEM_FOLDER_VARIABLE,
)


def read_service(
    service: str, file: str | None, environment: Mapping[str, str]
) -> Mapping[str, str]:
    """The parameters of a service.

    It is looked for in the file that is named, that of ``PGSERVICEFILE`` or ``~/.pg_service.conf``,
    then in ``pg_service.conf`` of the folder ``PGSYSCONFDIR``. The first value of a parameter wins.

    Raises:
        ConfigurationError: No file has the service, or a line of it cannot be used. The message
            names the line and quotes nothing of it.
    """
    read: list[str] = []
    for path in _files(file, environment):
        if not path.is_file():
            continue
        read.append(str(path))
        found = _section(path, service)
        if found is not None:
            return found
    raise ConfigurationError(
        f'the service "{service}" is not defined',
        hint=f"it was looked for in {' and '.join(read)}"
        if read
        else "there is no service file: ~/.pg_service.conf, or the one that PGSERVICEFILE names",
    )


def _files(file: str | None, environment: Mapping[str, str]) -> list[Path]:
    own = file or environment.get(SERVICE_FILE_VARIABLE)
    path = Path(own) if own else personal_file(environment, ".pg_service.conf")
    files = [] if path is None else [path]
    if folder := environment.get(SYSTEM_FOLDER_VARIABLE):
        files.append(Path(folder, "pg_service.conf"))
    return files


def _section(path: Path, service: str) -> dict[str, str] | None:
    """The parameters of a service in a file; ``None`` where the file does not have it."""
    found: dict[str, str] | None = None
    for number, raw in enumerate(_lines(path), start=1):
        line = raw.strip(SPACE)
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            if line.startswith(f"[{service}]"):
                found = {}
        elif found is not None:
            name, text = _parameter(line, f"{path} line {number}")
            found.setdefault(name, text)
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise ConfigurationError(f"the service file {path} cannot be read: {reason}")


def _parameter(line: str, place: str) -> tuple[str, str]:
    name, equals, text = line.partition("=")
    if not equals:
        raise ConfigurationError(f"{place} is not of the form name=value")
    if name in ("service", "servicefile"):
        raise ConfigurationError(f"{place} names a service inside of a service")
    if name not in PARAMETERS:
        raise ConfigurationError(
            f"{place} sets a parameter that libpq does not know",
            hint=nearest(name, PARAMETERS) or "there is no space around the = sign",
        )
    return name, text
