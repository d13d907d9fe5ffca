"""`/metrics`, `/health` and what readers may have of HOME over HTTP while schedules are served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.home_files import asked, listing
from flows.run import metrics
from flows.settings import Settings

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CHUNK = 1 << 20


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
                self._send_file()

        def do_HEAD(self) -> None:
            self._send_file()

        def _send_file(self) -> None:
            part = asked(settings, self.path, self.headers["Range"])
            if part is None:
                page = listing(settings, self.path)
                nothing = "nothing here; / lists what readers may have, and there are /metrics and /health\n"
                self._say(200, page, "text/html; charset=utf-8") if page else self._say(404, nothing, "text/plain")
                return
            with part.path.open("rb") as file:  # opened before the answer begins: a new publication may replace it
                self._begin(part.status, part.headers())
                file.seek(part.start)
                left = part.length if self.command == "GET" else 0
                while left and (piece := file.read(min(left, CHUNK))):
                    self.wfile.write(piece)
                    left -= len(piece)

        def _say(self, status: int, body: str, kind: str) -> None:
            content = body.encode()
            self._begin(HTTPStatus(status), {"Content-Type": kind, "Content-Length": str(len(content))})
            if self.command == "GET":
                self.wfile.write(content)

        def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", settings.metrics_port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="portvault-metrics").start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
