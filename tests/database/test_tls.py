"""Every sslmode and certificate, against a server that speaks TLS."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import AuthenticationFailed, ConfigurationError, ConnectFailed
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_embedded import clusters, launch
from ferrule_embedded.accounts import unprivileged_account
from ferrule_embedded.binaries import find_installed
from ferrule_embedded.servers import installed
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        not find_installed() or shutil.which("openssl") is None,
        reason="needs openssl, and PostgreSQL of this machine: the wheel's speaks no TLS",
    ),
]

NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
HBA = """\
local all all trust
hostssl all ann 127.0.0.0/8 cert
hostssl all plain_only 127.0.0.0/8 reject
host all all 127.0.0.0/8 trust
"""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of two authorities, of which only the first one signed anything."""

    folder: Path

    def make(self, address: str) -> None:
        """Sign the server's, for this address, and two clients': one's key has a password."""
        self.make_authority("root")
        self.make_authority("stranger")
        self.sign("server", f"subjectAltName=IP:{address}", "-nodes")
        self.sign("ann", "extendedKeyUsage=clientAuth", "-nodes")
        self.sign("guarded", "extendedKeyUsage=clientAuth", "-passout pass:hunter2", name="ann")

    def make_authority(self, name: str) -> None:
        self.openssl(
            f"req -x509 {NEW_KEY} -nodes -days 2 -subj /CN={name} "
            f"-addext keyUsage=critical,keyCertSign -keyout {name}.key -out {name}.crt"
        )

    def sign(self, file: str, extension: str, protection: str, name: str | None = None) -> None:
        (self.folder / "extension").write_text(extension)
        self.openssl(
            f"req {NEW_KEY} {protection} -subj /CN={name or file} -keyout {file}.key -out request"
        )
        self.openssl(
            f"x509 -req -in request -CA root.crt -CAkey root.key -CAcreateserial -days 2 "
            f"-extfile extension -out {file}.crt"
        )
        (self.folder / f"{file}.key").chmod(0o600)

    def openssl(self, arguments: str) -> None:
        subprocess.run(
            ["/usr/bin/env", "openssl", *arguments.split()],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    def path(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True, slots=True)
class SecureServer:
    """A server that speaks TLS where ``url`` leads, and what its clients need."""

    url: DatabaseUrl
    certificates: Certificates

    def url_with(self, user: str = "postgres", **options: str) -> DatabaseUrl:
        """For files, name them: ``sslrootcert="root.crt"``."""
        files = ("sslrootcert", "sslcert", "sslkey")
        found = {
            name: self.certificates.path(text) if name in files and "." in text else text
            for name, text in options.items()
        }
        return replace(self.url, user=user, options=found)


@pytest.fixture(scope="module")
def server() -> Iterator[SecureServer]:
    address = "127.{}.{}.{}".format(*random.choices(range(2, 250), k=3))  # noqa: S311
    plain = clusters.settings_of_server
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ferrule-tls-")))
        folder.chmod(0o755)  # the server runs as somebody else
        certificates = Certificates(folder)
        certificates.make(address)
        account = unprivileged_account()
        if account is not None:
            os.chown(folder / "server.key", account.user, account.group)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(
            launch,
            "settings_of_server",
            lambda label, *, temporary: (
                plain(label, temporary=temporary)
                | {
                    "listen_addresses": address,
                    "ssl": "on",
                    "ssl_cert_file": certificates.path("server.crt"),
                    "ssl_key_file": certificates.path("server.key"),
                    "ssl_ca_file": certificates.path("root.crt"),
                }
            ),
        )
        url = stack.enter_context(installed().open_blocking())
        assert url.host is not None
        Path(url.host, "pg_hba.conf").write_text(HBA)
        asyncio.run(prepare(url))
        yield SecureServer(replace(url, host=address, port=5432), certificates)


async def prepare(url: DatabaseUrl) -> None:
    async with connect(url, name="admin") as admin:
        await admin.execute("CREATE ROLE ann LOGIN")
        await admin.execute("CREATE ROLE plain_only LOGIN")
        await admin.execute("SELECT pg_reload_conf()")


async def is_encrypted(url: DatabaseUrl, plugins: Plugins) -> bool:
    async with connect(url, plugins=plugins, name="secure") as database:
        return await speaks_tls(database)


async def speaks_tls(database: Database) -> bool:
    row = await database.fetch_first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert row is not None
    return bool(row[0])


async def refusal(url: DatabaseUrl, plugins: Plugins) -> ConnectFailed:
    with pytest.raises(ConnectFailed) as caught:
        await is_encrypted(url, plugins)
    return caught.value


@pytest.mark.parametrize(
    ("mode", "encrypted"),
    [
        ({}, True),
        ({"sslmode": "disable"}, False),
        ({"sslmode": "allow"}, False),
        ({"sslmode": "prefer"}, True),
        ({"sslmode": "require"}, True),
        ({"sslmode": "verify-ca", "sslrootcert": "root.crt"}, True),
        ({"sslmode": "verify-full", "sslrootcert": "root.crt"}, True),
        ({"ssl": "true"}, True),
    ],
    ids=str,
)
async def test_each_mode_encrypts_or_does_not(
    server: SecureServer, plugins: Plugins, mode: dict[str, str], *, encrypted: bool
):
    if mode == {"ssl": "true"}:
        mode = {"sslmode": "require"}  # as parse_url() reads it

    assert await is_encrypted(server.url_with(**mode), plugins) is encrypted


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
async def test_a_certificate_of_a_strange_authority_is_refused(
    server: SecureServer, plugins: Plugins, mode: str
):
    error = await refusal(server.url_with(sslmode=mode, sslrootcert="stranger.crt"), plugins)

    assert error.message.startswith(
        f'no TLS connection with host "{server.url.host}" port 5432: '
        "the server's certificate is not trusted: "
    )
    assert error.hint == (
        "sslrootcert in the URL names the authorities that are trusted; "
        "sslmode says what is demanded of the certificate"
    )


async def test_only_verify_full_looks_at_the_name(server: SecureServer, plugins: Plugins):
    async with FaultProxy(server.url) as proxy:  # another address than the certificate's
        url = server.url_with(sslmode="verify-ca", sslrootcert="root.crt")
        elsewhere = replace(url, host=proxy.url.host, port=proxy.url.port)

        assert await is_encrypted(elsewhere, plugins)

        options = {**elsewhere.options, "sslmode": "verify-full"}
        error = await refusal(replace(elsewhere, options=options), plugins)

    assert error.message == (
        f'no TLS connection with host "127.0.0.1" port {proxy.url.port}: '
        "the server's certificate is not trusted: IP address mismatch, "
        "certificate is not valid for '127.0.0.1'"
    )


async def test_a_client_is_known_by_its_certificate(server: SecureServer, plugins: Plugins):
    own = {"sslmode": "require", "sslcert": "ann.crt", "sslkey": "ann.key"}

    assert await is_encrypted(server.url_with("ann", **own), plugins)


async def test_the_key_of_a_client_may_have_a_password(server: SecureServer, plugins: Plugins):
    own = {"sslmode": "require", "sslcert": "guarded.crt", "sslkey": "guarded.key"}

    assert await is_encrypted(server.url_with("ann", **own, sslpassword="hunter2"), plugins)

    with pytest.raises(ConfigurationError) as caught:
        await is_encrypted(server.url_with("ann", **own, sslpassword="hunter3"), plugins)
    assert caught.value.message == (
        "the URL cannot be used: "
        "sslcert and sslkey do not fit each other, or sslpassword does not fit the key"
    )
    assert "hunter" not in repr(caught.value.__cause__)


async def test_a_client_without_its_certificate_is_refused(server: SecureServer, plugins: Plugins):
    error = await refusal(server.url_with("ann", sslmode="require"), plugins)

    assert isinstance(error, AuthenticationFailed)
    assert "connection requires a valid client certificate" in error.message


@pytest.mark.parametrize("name", ["sslrootcert", "sslcert"])
async def test_a_file_that_is_missing_is_a_matter_of_the_url(
    server: SecureServer, plugins: Plugins, name: str
):
    url = server.url_with(**{"sslmode": "verify-full", "sslrootcert": "root.crt", name: "no.crt"})

    with pytest.raises(ConfigurationError) as caught:
        await is_encrypted(url, plugins)

    assert caught.value.message.startswith("the URL cannot be used: ")
    assert "no.crt" in caught.value.message or name in caught.value.message


async def test_prefer_gives_way_where_the_server_wants_no_tls(
    server: SecureServer, plugins: Plugins
):
    assert not await is_encrypted(server.url_with("plain_only", sslmode="prefer"), plugins)
    error = await refusal(server.url_with("plain_only", sslmode="require"), plugins)

    assert isinstance(error, AuthenticationFailed)
    assert "pg_hba.conf rejects connection" in error.message


async def test_a_statement_is_cancelled_over_tls(server: SecureServer, plugins: Plugins):
    url = server.url_with(sslmode="verify-full", sslrootcert="root.crt")
    async with connect(url, plugins=plugins, name="secure", max_size=1) as database:
        before = await database.fetch_first("SELECT pg_backend_pid()")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await database.fetch("SELECT pg_sleep(30)")

        after = await database.fetch_first("SELECT pg_backend_pid()")

    assert before == after
