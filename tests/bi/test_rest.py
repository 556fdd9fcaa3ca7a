"""A session of Superset's API outlives its token."""

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
from tests.session.serving import serve

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
        if "?q=" in self.path:
            self._answer(200, self._page())
        else:
            self._answer(200, {"result": token})

    def _page(self) -> object:
        """Return a page of 250 rows, which lie in no order unless one is asked for."""
        asked = unquote(self.path.partition("?q=")[2]).strip("()").split(",")
        wanted = dict(part.split(":", 1) for part in asked)
        page, size = int(wanted["page"]), int(wanted["page_size"])
        rows = list(range(250))
        if "order_column" not in wanted:
            random.Random(page).shuffle(rows)  # noqa: S311
        return {"count": 250, "result": rows[page * size : (page + 1) * size]}

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
    serve(server)
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


def test_no_row_of_a_list_is_lost_between_its_pages(address: str) -> None:
    rows: list[Any] = list(SupersetApi(address, "admin", PASSWORD).rows("/x/"))
    assert rows == list(range(250))
