"""The few calls of Superset's REST API that we make."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from bloc_warehouse.bi.environment import SupersetError

Json = dict[str, Any]

_SECONDS = 60
_UNAUTHORIZED = 401
_PAGE = 100  # Superset gives no more rows at once
# by what a list is asked in order: without one, pages lose rows and repeat others
_ORDERS = {
    "/api/v1/chart/": "slice_name",
    "/api/v1/dashboard/": "dashboard_title",
    "/api/v1/database/": "database_name",
    "/api/v1/dataset/": "table_name",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What Superset answered, well or not."""

    status: int
    content: bytes

    @property
    def is_good(self) -> bool:
        """Whether it did what it was asked."""
        return self.status < 400

    def json(self) -> Json:
        """Return the answer's content; an empty one where it is no JSON."""
        try:
            content = json.loads(self.content)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {"result": content}


def _opener() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


@dataclass(slots=True)
class SupersetApi:
    """A session of a person, who logs in with the first call."""

    address: str
    user: str | None = None
    """None: nobody, who does not log in."""
    password: str = field(default="", repr=False)
    _headers: dict[str, str] = field(default_factory=dict, repr=False)
    _opener: OpenerDirector = field(default_factory=_opener, repr=False)

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Return what Superset answers, refusals included.

        Raises:
            SupersetError: It does not answer, or the person may not log in.
        """
        if self.user is None:
            return self._send(method, path, body)
        was_logged_in = bool(self._headers)
        if not was_logged_in:
            self._log_in()
        answer = self._send(method, path, body)
        if answer.status == _UNAUTHORIZED and was_logged_in:  # for a quarter of an hour
            self._headers.clear()
            self._log_in()
            answer = self._send(method, path, body)
        return answer

    def call(self, method: str, path: str, body: object = None) -> Json:
        """Return the content of an answer.

        Raises:
            SupersetError: Superset does not answer, or refuses.
        """
        return self._checked(method, path, self.ask(method, path, body))

    def rows(self, path: str, *, columns: tuple[str, ...] = ()) -> Iterator[Json]:
        """Yield all rows of a list, page by page."""
        page, seen = 0, 0
        chosen = f",columns:!({','.join(columns)})" if columns else ""
        order = f"order_column:{_ORDERS.get(path, 'id')},order_direction:asc"
        while True:
            wanted = f"({order},page:{page},page_size:{_PAGE}{chosen})"
            answer = self.call("GET", f"{path}?{urlencode({'q': wanted})}")
            yield from answer["result"]
            seen += len(answer["result"])
            if not answer["result"] or seen >= answer["count"]:
                return
            page += 1

    def _log_in(self) -> None:
        given = {
            "username": self.user,
            "password": self.password,
            "provider": "db",
            "refresh": False,
        }
        answer = self._send("POST", "/api/v1/security/login", given)
        if not answer.is_good:
            raise SupersetError(
                f"{self.user} may not log in to Superset: {answer.status} "
                f"{answer.content.decode(errors='replace')[:200]}"
            )
        token = answer.json()["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"
        # what changes something must also show a token of the session
        path = "/api/v1/security/csrf_token/"
        found = self._checked("GET", path, self._send("GET", path, None))
        self._headers |= {"X-CSRFToken": found["result"], "Referer": self.address}

    def _checked(self, method: str, path: str, answer: Answer) -> Json:
        if not answer.is_good:
            raise SupersetError(
                f"Superset refused {method} {path}: {answer.status} "
                f"{answer.content.decode(errors='replace')[:500]}"
            )
        return answer.json()

    def _send(self, method: str, path: str, body: object) -> Answer:
        headers: Mapping[str, str] = {
            "Accept": "application/json",
            **({} if body is None else {"Content-Type": "application/json"}),
            **self._headers,
        }
        request = Request(  # noqa: S310  the address is the settings'
            f"{self.address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers=dict(headers),
            method=method,
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return Answer(answer.status, answer.read())
        except HTTPError as error:
            return Answer(error.code, error.read())
        except (URLError, OSError) as error:
            raise SupersetError(
                f"Superset does not answer at {self.address}: {error}"
            ) from error
