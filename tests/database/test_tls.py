"""A certificate that is not trusted stops psycopg, Great Expectations and dbt alike.

The server is made here: it answers a request for TLS with a certificate of its own, and
notes who came through.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import sqlalchemy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.pq import Conninfo

from bloc_warehouse.build.dbt_environment import pipeline_environment
from bloc_warehouse.build.dbt_project import project_folder
from bloc_warehouse.build.dbt_runner import _environment
from bloc_warehouse.database.connection import (
    WarehouseUnavailableError,
    dsn,
    open_connection,
    parameters,
    sqlalchemy_url,
)
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.setting_values import IN_THE_ADDRESS
from bloc_warehouse.settings import Settings

_TLS, _GSS = 80877103, 80877104


@dataclass
class Server:
    """Speaks as much of the protocol as it takes to see who is let through."""

    certificate: Path
    key: Path
    port: int = 0
    startups: list[tuple[bool, dict[str, str]]] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        """Answer one client after another until the socket is closed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                try:
                    self._answer(client, context)
                except (OSError, struct.error):
                    continue  # the client turned away

    def _answer(self, client: socket.socket, context: ssl.SSLContext) -> None:
        is_tls = False
        while True:
            length, code = struct.unpack("!II", client.recv(8))
            if code == _GSS:
                client.sendall(b"N")
            elif code == _TLS:
                client.sendall(b"S")
                client = context.wrap_socket(client, server_side=True)
                is_tls = True
            else:
                break
        words = client.recv(length - 8).split(b"\0")
        named = dict(zip(words[::2], words[1::2], strict=False))
        self.startups.append(
            (is_tls, {k.decode(): v.decode() for k, v in named.items()})
        )
        body = b"SFATAL\0C28000\0Mcame through\0\0"
        client.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)


def _issue(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for this machine that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[Server]:
    made = Server(*_issue(tmp_path, "server"))
    _issue(tmp_path, "another")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made.port = listening.getsockname()[1]
        thread = threading.Thread(target=made.serve, args=(listening,), daemon=True)
        thread.start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _to(settings: Settings, server: Server, **given: str) -> Settings:
    named = "&".join(f"{name}={value}" for name, value in given.items())
    return settings.with_changes(
        warehouse_url=f"postgresql://o:p@127.0.0.1:{server.port}/dw?{named}",
        ingest_password="i",
        transform_password="t",
        bi_reader_password="b",
    )


def _by_psycopg(settings: Settings) -> str:
    with pytest.raises(WarehouseUnavailableError) as caught:
        open_connection(dsn("transform", settings))
    return str(caught.value)


def _by_great_expectations(settings: Settings) -> str:
    engine = sqlalchemy.create_engine(sqlalchemy_url("transform", settings))
    with pytest.raises(sqlalchemy.exc.OperationalError) as caught:
        engine.connect()
    return str(caught.value)


def _by_dbt(settings: Settings) -> str:
    from dbt.cli.main import dbtRunner

    project = str(project_folder(settings))
    told: list[str] = []
    with _environment(pipeline_environment(settings, settings.data_dir)):
        dbtRunner(callbacks=[lambda event: told.append(event.info.msg)]).invoke(
            ["debug", "--connection", "--project-dir", project,
             "--profiles-dir", project, "--log-level", "none",
             "--log-level-file", "none"]
        )  # fmt: skip
    return " ".join(told)


@pytest.mark.parametrize("client", [_by_psycopg, _by_great_expectations, _by_dbt])
def test_an_untrusted_server_gets_nothing(
    settings: Settings, tls_server: Server, client: Callable[[Settings], str]
) -> None:
    another = str(tls_server.certificate.with_name("another.crt"))
    wrong = _to(settings, tls_server, sslmode="verify-full", sslrootcert=another)
    assert "certificate verify failed" in client(wrong)
    assert tls_server.startups == []

    right = _to(
        settings,
        tls_server,
        sslmode="verify-full",
        sslrootcert=str(tls_server.certificate),
        application_name="named",
    )
    assert "came through" in client(right)
    (is_tls, said), *_ = tls_server.startups
    assert is_tls
    assert (said["user"], said["database"]) == ("transform", "dw")
    assert said["application_name"] == "named"


def test_every_parameter_reaches_every_client(settings: Settings) -> None:
    """All that libpq lets an address say, whichever library reads it."""
    server = Server(Path(), Path(), port=5432)
    given = {
        option.keyword.decode(): f"value-{number}"
        for number, option in enumerate(Conninfo.get_defaults())
        if option.keyword.decode() not in IN_THE_ADDRESS
    }
    given["connect_timeout"] = "7"
    assert len(given) > 35
    own = _to(settings, server, **given)

    address = dsn("transform", own)
    assert parameters(address).items() >= given.items()
    url = sqlalchemy.make_url(sqlalchemy_url("transform", own))
    assert dict(url.query) == given
    assert (url.host, url.username, url.database) == ("127.0.0.1", "transform", "dw")
    profile = pipeline_environment(own, settings.data_dir)
    service = Path(profile["PGSERVICEFILE"]).read_text().splitlines()[1:]
    said = dict(line.split("=", 1) for line in service)
    # our own builds say who they are, beside whatever options were given
    expected = given | {"options": f"{given['options']} -c bloc.writer=build"}
    assert said | {"connect_timeout": profile["BLOC_DBT_CONNECT_TIMEOUT"]} == expected


def test_an_unknown_parameter_is_named(settings: Settings) -> None:
    own = _to(settings, Server(Path(), Path(), port=1), sslmod="verify-full")
    with pytest.raises(SettingsError, match="sslmod"):
        open_connection(dsn("ingest", own))


@pytest.mark.parametrize("name", ["user", "password", "host", "dbname", "service"])
def test_an_address_names_no_login_twice(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(
            {"BLOC_WAREHOUSE_URL": f"postgresql://a:b@c/d?{name}=other"}
        )
