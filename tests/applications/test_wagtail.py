"""A database that a real application's own migrations made: Wagtail, in a place of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import url_text

HERE = Path(__file__).parent
PACKAGES = ["wagtail==8.0.1", "psycopg[binary]==3.3.9"]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def migrate_wagtail(url: DatabaseUrl, folder: Path) -> None:
    """Install Wagtail in ``folder``, and run all its migrations on the database."""
    python = folder / "wagtail" / "bin" / "python"
    run("uv", "venv", "--quiet", "--python", sys.executable, "wagtail", cwd=folder)
    run("uv", "pip", "install", "--quiet", "--python", python, *PACKAGES, cwd=folder)
    run(
        *(python, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"),
        cwd=HERE / "wagtail_site",
        DJANGO_SETTINGS_MODULE="settings",
        PYTHONPATH=str(HERE / "wagtail_site"),
        PYTHONDONTWRITEBYTECODE="1",
        PGHOST=url.host or "",
        PGPORT=str(url.port),
        PGUSER=url.user or "",
        PGDATABASE=url.database or "",
    )


@pytest.mark.requires_postgres(min=18)
@pytest.mark.timeout(300)
def test_pulls_a_database_that_wagtails_migrations_made(database_url: DatabaseUrl, tmp_path: Path):
    migrate_wagtail(database_url, tmp_path)
    url = url_text(database_url)
    ferrule = [sys.executable, "-m", "ferrule_cli", "pull", "--url", url, "--output"]

    first = json.loads(run(*ferrule, "site_models", "--json", cwd=tmp_path))
    again = json.loads(run(*ferrule, "site_models", "--json", cwd=tmp_path))
    read = run(
        *(sys.executable, "-W", "error", HERE / "read_pages.py", url),
        cwd=tmp_path,
        PYTHONPATH=str(tmp_path),
    )

    models = [name for name in first["files"] if name.startswith("generated/typing/wagtail")]
    assert len(models) >= 35
    assert first["unmodelled"] == []
    assert again["up_to_date"]
    assert set(again["files"].values()) == {"unchanged", "kept"}
    assert json.loads(read) == {
        "root": "Root",
        "children": 1,
        "kind": "wagtailcore",
        "title of the site's page": "Renamed",
    }
