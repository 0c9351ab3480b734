"""``ferrule init``."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ferrule_core.command.context import CommandContext
from ferrule_core.errors import ConfigurationError
from ferrule_core.settings.discover import FILE_NAME, find_file
from ferrule_core.settings.urls import parse_url

IGNORED = (".ferrule/",)
"""Lines of ``.gitignore``: the data of servers that Ferrule runs."""

_LONGEST_NAME = 50
_SERVERS_OWN = frozenset({"postgres", "template0", "template1"})
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def init(context: CommandContext, *, url: str | None = None, profile: str = "dev") -> int:
    """Set up a project in this folder.

    Writes ferrule.toml with one profile, and keeps the data of servers out of git. Without a URL
    the profile is a PostgreSQL server that Ferrule runs itself whenever it is needed. Nothing is
    connected or started yet, and an existing ferrule.toml is never written over.

    Args:
        url: Use this database instead. Text such as '${DATABASE_URL}' is kept as it stands and
            filled in from the environment each time.
        profile: Name of the profile.

    Examples:
        ferrule init
        ferrule init --url '${DATABASE_URL}'  # mind the quotes
        ferrule init --url postgresql://localhost/shop --profile local
    """
    terminal = context.terminal
    above = find_file(context.root)
    missing = missing_in_gitignore(context.root)
    path = write_settings(context.root, profile=profile, url=url)
    add_to_gitignore(context.root, missing)

    terminal.success(f'wrote {FILE_NAME} with the profile "{profile}"')
    if missing:
        terminal.success(f"added {', '.join(missing)} to .gitignore")
    if above is not None:
        terminal.warn(f"{above} is not used in this folder any more")
    if url is not None and holds_password(url):
        terminal.warn(
            f"{FILE_NAME} holds a password that everybody who reads the file can see",
            hint='write url = "${DATABASE_URL}" and put the URL into the environment',
        )
    terminal.heading("Next")
    terminal.say("  ferrule pull          write models of what is in the database")
    terminal.say("  ferrule inspect       look at what is in the database")
    terminal.result(
        {"path": str(path), "profile": profile, "ignored": list(missing)},
    )
    return 0


def write_settings(root: Path, *, profile: str, url: str | None) -> Path:
    """Write ``ferrule.toml`` with one profile.

    Raises:
        ConfigurationError: There is one already, or the URL is none.
    """
    if url is not None and "${" not in url:
        parse_url(url)
    if not profile:
        raise ConfigurationError("a profile needs a name")
    path = root / FILE_NAME
    try:
        with path.open("x", encoding="utf-8") as file:
            database = database_name(root.absolute().name)
            file.write(settings_text(profile=profile, url=url, database=database))
    except FileExistsError:
        raise ConfigurationError(
            f"{path} is there already", hint="edit it, or delete it to begin anew"
        ) from None
    return path


def database_name(folder: str) -> str:
    """A name for the database of a project in such a folder, that needs no quotes anywhere."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.lower()).strip("_")[:_LONGEST_NAME].strip("_")
    if name in _SERVERS_OWN or not name[:1].isalpha():
        return f"app_{name}".strip("_")
    return name


def settings_text(*, profile: str, url: str | None, database: str = "app") -> str:
    """The text of a ``ferrule.toml``; without a URL it has a server of its own."""
    key = profile if _BARE_KEY.fullmatch(profile) else _quoted(profile)
    place = (
        ["# A PostgreSQL server that Ferrule runs itself; its data is in .ferrule/.",
         'provider = "embedded"',
         f"database = {_quoted(database)}"]
        if url is None
        else [f"url = {_quoted(url)}"]
    )  # fmt: skip
    lines = [
        f"default = {_quoted(profile)}",
        "",
        f"[profiles.{key}]",
        *place,
        "# Where ferrule pull writes the models.",
        'models = "models"',
    ]
    return "\n".join(lines) + "\n"


def missing_in_gitignore(root: Path) -> tuple[str, ...]:
    """The lines that ``.gitignore`` should have and has not."""
    path = root / ".gitignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return tuple(line for line in IGNORED if line not in lines)


def add_to_gitignore(root: Path, lines: tuple[str, ...]) -> None:
    """Add lines to ``.gitignore``, which is made where there is none."""
    path = root / ".gitignore"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "\n" if before and not before.endswith("\n") else ""
    if lines:
        path.write_text(before + gap + "\n".join(lines) + "\n", encoding="utf-8")


def holds_password(url: str) -> bool:
    """Whether the password itself, and not a variable's name, stands in the URL."""
    authority = url.partition("://")[2].partition("/")[0]
    userinfo, at, _ = authority.rpartition("@")
    password = userinfo.partition(":")[2]
    spelt = re.sub(r"\$\{\w+\}", "", password)
    return bool(at and spelt) or "password=" in re.sub(r"password=\$\{\w+\}", "", url)


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
