"""Airflow's own metrics reach a collector by the variables that the page names."""

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from tests.doctor.test_metrics import AIRFLOWS, PAGE
from tests.session.serving import serve

from bloc_warehouse.variables import process_environment

pytestmark = pytest.mark.airflow

# as the scheduler begins, and says that it lives
SCHEDULER = """
from airflow._shared.observability.metrics import stats
from airflow.observability.metrics import stats_utils
from opentelemetry.metrics import get_meter_provider
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)
stats.incr("scheduler_heartbeat", 1, 1)
get_meter_provider().force_flush()
"""


class Collector(HTTPServer):
    """Takes what is sent by OTLP, and names it as Prometheus' exporter does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.names: set[str] = set()

    def take(self, content: bytes) -> None:
        """Keep the names of one request."""
        for resource in ExportMetricsServiceRequest.FromString(
            content
        ).resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    name = metric.name.replace(".", "_")
                    self.names.add(name + "_total" * metric.sum.is_monotonic)


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:  # the name is the library's
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        self.server.take(content)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        serve(server)
        yield server
        server.shutdown()


def test_what_the_rules_ask_of_airflow_is_what_it_sends(collector: Collector) -> None:
    named = dict(
        re.findall(r"^export ((?:OTEL|AIRFLOW__METRICS)_\w+)=(.+)$",
                   PAGE.read_text("utf-8"), re.M)
    )  # fmt: skip
    assert named["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318"
    address = f"http://127.0.0.1:{collector.server_port}"
    done = subprocess.run(
        [sys.executable, "-c", SCHEDULER],
        env=process_environment() | named | {"OTEL_EXPORTER_OTLP_ENDPOINT": address},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert collector.names >= AIRFLOWS
