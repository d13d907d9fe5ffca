"""One exchange with a server that may be slow, endless, lying about its size, or gone: bounded in time and bytes.

Time-outs of sockets bound the silence between two packets, not the whole; name look-up has none at all. So every
exchange runs in its own daemon thread, and the caller stops waiting when its patience ends.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError

CHUNK = 65536
FAILURES = (requests.RequestException, HTTPError, OSError, zlib.error)


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes that one request may cost."""

    connect: float = 3.0  # to open a connection
    read: float = 20.0  # of silence
    first: float = 6.0  # until the first answer of a host that has not answered yet in this run
    total: float = 180.0  # for the whole exchange
    size: int = 64 * 2**20  # of the body, unpacked
    attempts: int = 3  # on connection errors, 429 and 5xx
    backoff: float = 0.5  # before the second attempt; doubles, with jitter
    patience: float = 15.0  # the longest Retry-After that is worth waiting for
    pause: float = 0.4  # between two requests to one host (none on loopback)


@dataclass(frozen=True)
class Response:
    """What a server answered: 200 with a body, or 304 with `not_modified`."""

    status: int
    content: bytes
    headers: Mapping[str, str]  # case-insensitive
    url: str  # after redirects

    @property
    def not_modified(self) -> bool:
        return self.status == 304


class TooMuch(Exception):
    """The body is larger than the limit; holds what is known of its size."""


class Broken(Exception):
    """The body ended early or cannot be unpacked."""


class Slow(Exception):
    """The exchange outlasted the caller's patience."""


class Transfer(threading.Thread):
    """Runs one GET (POST if there is a body) without redirects; `outcome` gives its Response or raises."""

    def __init__(
        self, session: requests.Session, url: str, headers: Mapping[str, str], limits: Limits, body: bytes | None = None
    ) -> None:
        super().__init__(daemon=True, name="portvault-transfer")
        self._session, self._url, self._headers, self._limits, self._sent = session, url, headers, limits, body
        self._answered, self._cancelled = threading.Event(), threading.Event()
        self._response: Response | None = None
        self._error: Exception | None = None

    def outcome(self, first: float) -> Response:
        """Wait `first` seconds for the status line and headers, then the rest of the total for the body.

        Raises one of FAILURES, TooMuch, Broken, or Slow.
        """
        self.start()
        if not self._answered.wait(first):
            self._cancelled.set()
            raise Slow(f"no answer within {first:g} s")
        self.join(self._limits.total)
        if self.is_alive():
            self._cancelled.set()
            raise Slow(f"not finished within {self._limits.total:g} s")
        if self._error is not None:
            raise self._error
        if self._response is None:
            raise RuntimeError("the transfer thread died; its traceback is on stderr")
        return self._response

    def run(self) -> None:
        try:
            with self._session.request(
                "GET" if self._sent is None else "POST",
                self._url,
                data=self._sent,
                headers=dict(self._headers),
                stream=True,
                allow_redirects=False,
                timeout=(self._limits.connect, self._limits.read),
            ) as answer:
                self._answered.set()
                body = self._body(answer)
                self._response = Response(answer.status_code, body, answer.headers, self._url)
        except (*FAILURES, TooMuch, Broken, Slow) as error:
            self._error = error
        finally:
            self._answered.set()

    def _body(self, answer: requests.Response) -> bytes:
        """The body, unpacked by ourselves so that a decompression bomb stops at the limit, not in memory."""
        limit = self._limits.size
        declared = answer.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            raise TooMuch(f"{int(declared):,} bytes announced")
        packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise Broken(f"packed as {packed!r}, which was not asked for")
        inflate = zlib.decompressobj(47) if "gzip" in packed or packed == "deflate" else None
        content, received = bytearray(), 0
        while chunk := answer.raw.read1(CHUNK, decode_content=False):
            if self._cancelled.is_set():
                raise Slow("given up")
            received += len(chunk)
            content += inflate.decompress(chunk, limit + 1 - len(content)) if inflate else chunk
            if len(content) > limit:
                raise TooMuch(f"more than {limit:,} bytes" + (" unpacked" if inflate else ""))
        if declared.isdigit() and received < int(declared):
            raise Broken(f"{received:,} of {int(declared):,} bytes came")
        if inflate and received and (not inflate.eof or inflate.unused_data):
            raise Broken("the packed body is cut or has a tail")
        return bytes(content)
