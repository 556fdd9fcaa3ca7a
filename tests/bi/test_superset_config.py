"""Through which of the warehouse's logins a person of Superset reads."""

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.paths import ROOT

GUEST = "bi_guest"


@dataclass
class Named:
    """A role."""

    name: str


class Security:
    """As much of Superset's security manager as is asked."""

    auth_role_admin = "Admin"

    def __init__(self, roles: Mapping[str, tuple[str, ...]]) -> None:
        self._roles = roles

    def find_user(self, *, username: str) -> str | None:
        return username if username in self._roles else None

    def get_user_roles(self, user: str) -> list[Named]:
        return [Named(role) for role in self._roles[user]]


class Address:
    """SQLAlchemy's URL, as far as the login."""

    def __init__(self, username: str = GUEST) -> None:
        self.username = username

    def set(self, *, username: str) -> "Address":
        return Address(username)


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """Superset's settings, as it reads them."""
    monkeypatch.setenv("SUPERSET_SECRET_KEY", "key")
    monkeypatch.setenv("SUPERSET_DATABASE_URI", "postgresql+psycopg2://")
    return runpy.run_path(str(ROOT / "bi" / "superset_config.py"))


@pytest.fixture
def login_of(config: Mapping[str, Any]) -> Callable[..., str]:
    """The login of a person with such roles."""

    def login(*roles: str, username: str | None = "lan") -> str:
        security = Security({"lan": roles})
        uri, params = config["DB_CONNECTION_MUTATOR"](
            Address(), {"a": 1}, username, security, None
        )
        assert params == {"a": 1}
        return str(uri.username)

    return login


def test_a_person_reads_through_the_login_that_their_role_names(
    login_of: Callable[..., str],
) -> None:
    assert login_of("Gamma", "reader: bi_lan") == "bi_lan"
    assert login_of("Admin", "reader: bi_lan") == "bi_lan"


def test_an_administrator_reads_all(login_of: Callable[..., str]) -> None:
    assert login_of("Admin") == "bi_reader"


@pytest.mark.parametrize("username", [None, "stranger"])
def test_whoever_is_unknown_stays_a_guest(
    login_of: Callable[..., str], username: str | None
) -> None:
    assert login_of("Admin", username=username) == GUEST


def test_whoever_has_no_such_role_stays_a_guest(login_of: Callable[..., str]) -> None:
    assert login_of("Gamma", "sql_lab") == GUEST


def test_two_logins_are_refused(login_of: Callable[..., str]) -> None:
    with pytest.raises(PermissionError, match="bi_dlk and bi_lan: leave one"):
        login_of("reader: bi_lan", "reader: bi_dlk")


def test_no_page_may_fetch_anything_from_elsewhere(config: Mapping[str, Any]) -> None:
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    assert config["TALISMAN_ENABLED"]
    sources = {
        source
        for allowed in policy.values()
        for source in ([allowed] if isinstance(allowed, str) else allowed)
    }
    assert sources <= {
        "'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "blob:", "data:",
    }  # fmt: skip
    assert {"default-src", "connect-src", "img-src"} <= policy.keys()
