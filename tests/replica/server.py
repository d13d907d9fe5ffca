"""The replica's server: `Replica` serves pages put into it, with ETags, and misbehaves where told to.

with Replica() as site:
    site.put("/index.html", b"<html>...")
    site.fault("/index.html", faults.status(500), times=2)
    ... ask site.url + "/index.html" ...
    assert site.log[-1].conditional
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

Fault = Callable[[BaseHTTPRequestHandler], None]
"""Answers one request in place of the page."""


@dataclass(frozen=True)
class Page:
    """What the replica serves at an address."""

    content: bytes
    media_type: str = "text/html"
    status: int = 200
    validators: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content).hexdigest()}"'


@dataclass(frozen=True)
class Request:
    """One request as it came in, and the status it got."""

    path: str
    headers: dict[str, str]
    status: int
    method: str = "GET"
    body: bytes = b""

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


class Replica:
    """A threaded HTTP server on a free port of 127.0.0.1, stopped at the end of the with block."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | Callable[[str], Page | None]] = {}
        self.forms: dict[str, Callable[[bytes], Page]] = {}
        self.log: list[Request] = []
        self._faults: list[tuple[str, Fault, list[int]]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Replica:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, content: bytes | str, media_type: str = "text/html", **more: object) -> str:
        """Serve `content` at `path`; returns its address."""
        body = content.encode() if isinstance(content, str) else content
        self.pages[path] = Page(body, media_type, **more)  # type: ignore[arg-type]
        return self.url + path

    def answer(self, path: str, function: Callable[[str], Page | None]) -> None:
        """Serve what `function(path with query)` returns at `path` with any query."""
        self.pages[path] = function

    def answer_form(self, path: str, function: Callable[[bytes], Page]) -> None:
        """Serve what `function(body)` returns to what is posted to `path`."""
        self.forms[path] = function

    def remove(self, path: str) -> None:
        del self.pages[path]

    def fault(self, pattern: str, fault: Fault, times: int = 10**9) -> None:
        """Let addresses that fit the pattern (shell style, without query) fail `times` times."""
        self._faults.append((pattern, fault, [times]))

    def heal(self) -> None:
        """No faults any more."""
        self._faults.clear()

    def asked(self, path: str) -> list[Request]:
        """Requests for an address, with or without query."""
        return [r for r in self.log if path in (r.path, r.path.partition("?")[0])]

    def _fault_for(self, path: str) -> Fault | None:
        with self._lock:
            for pattern, fault, left in self._faults:
                if fnmatch(path.partition("?")[0], pattern) and left[0] > 0:
                    left[0] -= 1
                    return fault
        return None

    def _page_for(self, path: str) -> Page | None:
        found = self.pages.get(path) or self.pages.get(unquote(path)) or self.pages.get(path.partition("?")[0])
        return found(path) if callable(found) else found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replica = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each body waits 40 ms for the client to acknowledge the headers

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                self.body = self.rfile.read(length)
                self.sent_status = 0
                fault = replica._fault_for(self.path)
                try:
                    (fault or serve)(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                if fault:
                    self.close_connection = True

            do_POST = do_GET

            def send_response(self, code: int, message: str | None = None) -> None:
                if hasattr(self, "headers"):  # else it was no HTTP, such as a greeting of TLS
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    replica.log.append(Request(self.path, headers, code, self.command, self.body))
                super().send_response(code, message)

            def log_message(self, format: str, *args: object) -> None:
                """The log is `Replica.log`, not stderr."""

        def serve(handler: BaseHTTPRequestHandler) -> None:
            form = replica.forms.get(handler.path) if handler.command == "POST" else None
            page = form(handler.body) if form else replica._page_for(handler.path)
            if page is None:
                send(handler, 404, b"<html><head><title>404</title></head><body>Not Found</body></html>")
            elif page.validators and handler.headers.get("If-None-Match") == page.etag:
                send(handler, 304, b"", {"ETag": page.etag})
            else:
                extra = {"ETag": page.etag} if page.validators else {}
                send(handler, page.status, page.content, {"Content-Type": page.media_type, **extra, **page.headers})

        return Handler


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Send a complete answer."""
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    if status != 304:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
