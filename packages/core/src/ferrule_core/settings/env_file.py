"""The file ``.env`` beside ``ferrule.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ferrule_core.errors import ConfigurationError

ENV_FILE = ".env"


def with_env_file(folder: Path, environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and what the folder's ``.env`` adds; what is set already wins.

    ``${NAME}`` in a value stands for a variable, ``${NAME:-text}`` has a default.

    Raises:
        ConfigurationError: The file cannot be read, or a line of it is no assignment.
    """
    path = folder / ENV_FILE
    if not path.is_file():
        return environment
    return {**_read(path, environment), **environment}


def _read(path: Path, environment: Mapping[str, str]) -> dict[str, str]:
    from dotenv.parser import parse_stream
    from dotenv.variables import parse_variables

    values: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8") as file:
            for binding in parse_stream(file):
                if binding.error:
                    raise ConfigurationError(
                        f"{path} line {binding.original.line} is not of the form NAME=value"
                    )
                if binding.key is not None and binding.value is not None:
                    known = {**values, **environment}
                    parts = parse_variables(binding.value)
                    values[binding.key] = "".join(part.resolve(known) for part in parts)
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return values
    raise ConfigurationError(f"{path} cannot be read: {reason}")
