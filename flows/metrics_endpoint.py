"""`/metrics` and `/health` over HTTP while schedules are served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.run import metrics
from flows.settings import Settings

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@contextmanager
def endpoint(settings: Settings) -> Iterator[int | None]:
    """Answer on loopback at the port of the settings within the body; the port, None where none is named.

    Raises OSError where the port is taken. /health answers 200, or 503 with what is wrong.
    """
    if settings.metrics_port is None:
        yield None
        return

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._say(200, metrics.text(settings), OPEN_METRICS)
            elif self.path == "/health":
                found = metrics.health(settings)
                self._say(200 if found.healthy else 503, "\n".join(found.problems or ("healthy",)) + "\n", "text/plain")
            else:
                self._say(404, "there are /metrics and /health\n", "text/plain")

        def _say(self, status: int, body: str, kind: str) -> None:
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", settings.metrics_port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="portvault-metrics").start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
