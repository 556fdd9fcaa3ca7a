"""A session of Superset's API outlives its token."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bloc_warehouse.bi.environment import SupersetError
from bloc_warehouse.bi.rest import SupersetApi

PASSWORD = "right"


class Server(BaseHTTPRequestHandler):
    """A Superset whose tokens are good for three answers."""

    tokens: dict[str, int]

    def do_POST(self) -> None:
        """Log somebody in who knows the password."""
        length = int(self.headers["Content-Length"])
        given = json.loads(self.rfile.read(length))
        if given["password"] != PASSWORD:
            self._answer(401, {"message": "Not authorized"})
            return
        token = str(len(self.tokens))
        self.tokens[token] = 3
        self._answer(200, {"access_token": token})

    def do_GET(self) -> None:
        """Answer whoever has a token that is still good."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        left = self.tokens.get(token, 0)
        if not left:
            self._answer(401, {"msg": "Token has expired"})
            return
        self.tokens[token] = left - 1
        self._answer(200, {"result": token})

    def _answer(self, status: int, content: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    Server.tokens = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_session_logs_in_again_when_its_token_has_expired(address: str) -> None:
    api = SupersetApi(address, "admin", PASSWORD)
    assert [api.call("GET", "/x")["result"] for _ in range(5)] == list("00112")


def test_a_wrong_password_is_refused_once(address: str) -> None:
    with pytest.raises(SupersetError, match="admin may not log in"):
        SupersetApi(address, "admin", "wrong").call("GET", "/x")
    assert Server.tokens == {}


def test_nobody_is_refused_and_does_not_log_in(address: str) -> None:
    assert SupersetApi(address).ask("GET", "/x").status == 401
    assert Server.tokens == {}
