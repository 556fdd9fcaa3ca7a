"""A web server that takes what channels send, and answers as it is told."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.session.serving import serve


@dataclass
class Web:
    """What a web server took; the rest is how it answers."""

    url: str = ""
    posts: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    status: int = 200
    delay: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: bytes = b""

    def of(self, path: str) -> list[tuple[dict[str, str], Any]]:
        """Return headers and content of all that was sent to a path."""
        return [(head, body) for where, head, body in self.posts if where == path]


@contextmanager
def web_server() -> Iterator[Web]:
    """Run the server."""
    taken = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(size))
            time.sleep(taken.delay)
            taken.posts.append((self.path, dict(self.headers), body))
            self.send_response(taken.status)
            for name, value in taken.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(taken.answer)

        do_PUT = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.url = f"http://127.0.0.1:{server.server_port}"
    serve(server)
    yield taken
    server.shutdown()
    server.server_close()
