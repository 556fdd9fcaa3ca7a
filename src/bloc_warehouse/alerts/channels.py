"""The ways a notice leaves the house: mail, chat, a webhook, the log.

A channel is opened once for all that waits for it. What goes wrong is one of two
things: the channel is down (try all of it later), or it refuses this one message
(trying again would not help). Neither message ever holds a secret.
"""

import json
import logging
import math
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bloc_warehouse.alerts.messages import Notice, chat, document, headline, mail
from bloc_warehouse.alerts.routes import (
    Channel,
    ChatChannel,
    MailChannel,
    WebhookChannel,
)
from bloc_warehouse.alerts.webhooks import (
    ANSWERS,
    TemplateError,
    Write,
    body_writer,
)
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import AlertSettings

if TYPE_CHECKING:
    from httpx import Response

Send = Callable[[Notice], None]
OutsideChannel = MailChannel | ChatChannel | WebhookChannel

_LEVELS = {"critical": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO}
_LONGEST_ERROR = 200
_LONGEST_ANSWER = 64 * 1024
_DAY = 24 * 60 * 60

logger = logging.getLogger(__name__)


class ChannelDownError(Exception):
    """The channel takes nothing now.

    Attributes:
        wait: Seconds for which it asked to be left alone.
    """

    def __init__(self, problem: str, wait: int = 0) -> None:
        super().__init__(problem)
        self.wait = wait


class MessageRefusedError(Exception):
    """The channel works, and does not take this message."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over."""

    host: str
    port: int
    sender: str
    login: str = ""
    password: str = field(default="", repr=False)
    is_ssl: bool = True
    is_starttls: bool = True


def smtp_server(connection: str) -> SmtpServer:
    """Read Airflow's connection ``smtp_default``: JSON, or an address.

    Without ``disable_ssl`` the server is spoken to by TLS from the first byte; without
    ``disable_tls``, else by STARTTLS.

    Raises:
        SettingsError: It is missing or wrong; the message does not quote it.
    """
    if not connection:
        raise SettingsError("no mail server: set AIRFLOW_CONN_SMTP_DEFAULT")
    try:
        fields = _parsed(connection)
        extra = fields.get("extra") or {}
        extra = json.loads(extra) if isinstance(extra, str) else extra
        is_ssl = not _is_true(extra.get("disable_ssl"))
        is_starttls = not is_ssl and not _is_true(extra.get("disable_tls"))
        usual = 465 if is_ssl else 587 if is_starttls else 25
        return SmtpServer(
            host=str(fields["host"]),
            port=int(fields.get("port") or usual),
            sender=str(extra.get("from_email") or "bloc-warehouse@localhost"),
            login=str(fields.get("login") or ""),
            password=str(fields.get("password") or ""),
            is_ssl=is_ssl,
            is_starttls=is_starttls,
        )
    except (ValueError, KeyError, AttributeError, TypeError):
        raise SettingsError(
            "AIRFLOW_CONN_SMTP_DEFAULT must be a connection as JSON with host, port,"
            " login, password and extra, or smtp://login:password@host:port/?…"
        ) from None


@contextmanager
def open_channel(channel: Channel, settings: AlertSettings) -> Iterator[Send]:
    """Open a channel and give what sends one notice.

    Raises:
        ChannelDownError: It cannot be opened.
        SettingsError: It is not set up.
    """
    if channel.type == "smtp":
        with _open_smtp(channel, settings) as send:
            yield send
    elif channel.type == "log":
        yield _write_log
    else:
        with _open_webhook(channel, settings) as send:
            yield send


def reach(channel: OutsideChannel, settings: AlertSettings) -> str:
    """Go as far as a message would without being one; return what answered.

    To a mail server: with TLS and login, as far as the first message. To the host of a
    webhook: a question for the head of its first page, through the proxy if there is
    one; whatever it answers, it is there. Its path, which may be a secret, is not told.

    Raises:
        ChannelDownError: Nothing answers, or the login or certificate is wrong.
        SettingsError: It is not set up.
    """
    if channel.type == "smtp":
        with _open_smtp(channel, settings):
            return "the mail server takes messages"
    import httpx

    url = urlsplit(channel.url)
    host = url.netloc.rpartition("@")[2]
    try:
        httpx.head(f"{url.scheme}://{host}/", timeout=settings.alert_timeout_seconds)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelDownError(type(error).__name__) from None
    return f"{host} answers"


@contextmanager
def _open_smtp(channel: MailChannel, settings: AlertSettings) -> Iterator[Send]:
    server = smtp_server(settings.smtp_connection.get_secret_value())
    client = _logged_in(server, settings.alert_timeout_seconds)

    def send(notice: Notice) -> None:
        message = mail(notice, sender=server.sender, to=channel.to)
        try:
            refused = client.send_message(message, server.sender, list(channel.to))
        except (
            smtplib.SMTPRecipientsRefused,
            smtplib.SMTPSenderRefused,
            smtplib.SMTPDataError,
        ) as error:
            codes = _codes(error)
            problem = f"refused: {', '.join(map(str, codes))}"
            if all(code >= 500 for code in codes):
                raise MessageRefusedError(problem) from None
            raise ChannelDownError(problem) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDownError(_error_text(error)) from None
        if refused:
            logger.warning(
                "channel %s: %d of %d addresses refused",
                *(channel.name, len(refused), len(channel.to)),
            )

    try:
        yield send
    finally:
        client.close()


def _logged_in(server: SmtpServer, timeout: int) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if server.is_ssl:
            client = smtplib.SMTP_SSL(
                server.host, server.port, timeout=timeout, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=timeout)
        try:
            if server.is_starttls:
                client.starttls(context=context)
            if server.login:
                client.login(server.login, server.password)
        except BaseException:
            client.close()
            raise
    except smtplib.SMTPAuthenticationError as error:
        raise ChannelDownError(f"login refused: {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelDownError(_error_text(error)) from None
    return client


def _codes(error: smtplib.SMTPException) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _ in error.recipients.values()})
    return [getattr(error, "smtp_code", 0)]


@contextmanager
def _open_webhook(
    channel: ChatChannel | WebhookChannel, settings: AlertSettings
) -> Iterator[Send]:
    import httpx

    write = _writer(channel)
    headers = {"Authorization": f"Bearer {channel.token}"} if channel.token else {}
    method, wanted = "POST", ANSWERS[None]
    if channel.type == "webhook":
        headers |= channel.headers
        method, wanted = channel.method, ANSWERS.get(channel.service, wanted)
    with httpx.Client(timeout=settings.alert_timeout_seconds) as client:

        def send(notice: Notice) -> None:
            try:
                content = write(notice)
            except TemplateError as error:
                raise MessageRefusedError(str(error)) from None
            try:
                with client.stream(
                    method,
                    channel.url,
                    json=content,
                    headers={**headers, "X-Delivery-Id": notice.key},
                ) as response:
                    # read only where the status does not say what became of it
                    answer = _start_of(response) if wanted else b""
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                # its text may quote the address, which may be a secret
                raise ChannelDownError(type(error).__name__) from None
            _judge(response)
            _compare(answer, wanted)

        yield send


def _writer(channel: ChatChannel | WebhookChannel) -> Write:
    if channel.type == "slack":
        return chat
    if not channel.template:
        return document
    return body_writer(channel.template, channel.to)


def _judge(response: "Response") -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    # a wrong token or address is the channel's fault, not the message's
    if status in (400, 413, 415, 422):
        raise MessageRefusedError(f"HTTP {status}")
    wait = _seconds(response.headers.get("Retry-After", ""))
    raise ChannelDownError(f"HTTP {status}", wait)


def _seconds(retry_after: str) -> int:
    """Read how long to wait: seconds, or the time until which; at most a day."""
    try:
        if retry_after.isdecimal():
            seconds = float(retry_after)
        else:
            until = parsedate_to_datetime(retry_after)
            seconds = (until - datetime.now(until.tzinfo)).total_seconds()
    except ValueError:
        return 0
    return max(0, min(math.ceil(seconds), _DAY))


def _start_of(response: "Response") -> bytes:
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > _LONGEST_ANSWER:
            break
    return content


def _compare(answer: bytes, wanted: Mapping[str, Any]) -> None:
    """Look into an answer that says by its text what its status does not."""
    if not wanted:
        return
    try:
        found = json.loads(answer)
        got = {name: found.get(name) for name in wanted}
    except (ValueError, AttributeError):
        raise ChannelDownError("the answer is not the service's") from None
    if got != wanted:
        raise ChannelDownError(
            "refused: " + ", ".join(f"{name} {value}" for name, value in got.items())
        )


def _write_log(notice: Notice) -> None:
    logger.log(
        _LEVELS[notice.severity] if notice.event != "closed" else logging.INFO,
        "alert %d %s: %s",
        *(notice.alert_id, notice.event, headline(notice)),
    )


def _error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]


def _parsed(connection: str) -> Mapping[str, Any]:
    if connection.lstrip().startswith("{"):
        parsed: Mapping[str, Any] = json.loads(connection)
        return parsed
    parts = urlsplit(connection)
    if not parts.hostname:
        raise ValueError("no host")
    return {
        "host": parts.hostname,
        "port": parts.port,
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "extra": dict(parse_qsl(parts.query)),
    }


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1", "yes")
