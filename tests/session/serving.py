"""Web servers of a test's own."""

from socketserver import BaseServer
from threading import Thread


def serve(server: BaseServer) -> None:
    """Have a server answer from now on, until the test shuts it down.

    It looks often whether it was: else every test would end half a second later.
    """
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
