"""Ways in which a site misbehaves. Each function returns a fault for Replica.fault()."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

from tests.replica.server import Fault, send

DDOS_GUARD = (
    b"<!DOCTYPE html><html><head><title>DDoS-Guard</title></head><body data-ddg-origin=true>"
    b"<script src=/.well-known/ddos-guard/js-challenge/index.js></script></body></html>"
)
SCRIPT_CHALLENGE = (
    b'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    b'<script type="text/javascript" r="m">$_ts=window["$_ts"];if(!$_ts)$_ts={};$_ts.nsd=41187;</script>'
    b'<script src="/4QbVtADbnLVIc/d.FxJzG50F.bd5c0c.js" r="m"></script></head><body></body></html>'
)


def status(code: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Fault:
    return lambda handler: send(handler, code, body, headers)


def ddos_guard(code: int = 200) -> Fault:
    """The guard page of the Bank of Russia's shield, which may even come with status 200."""
    return lambda handler: send(handler, code, DDOS_GUARD, {"Content-Type": "text/html"})


def script_challenge(code: int = 412) -> Fault:
    """The script that GACC's shield sends instead of HTML."""
    return lambda handler: send(handler, code, SCRIPT_CHALLENGE, {"Content-Type": "text/html"})


def redirect(to: str, code: int = 302) -> Fault:
    return lambda handler: send(handler, code, b"", {"Location": to})


def silent(seconds: float) -> Fault:
    """Accepts the request and says nothing."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return fault


def dripping_headers(seconds: float, pause: float = 0.05) -> Fault:
    """One header byte at a time: no socket time-out ever fires."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b"a")
            time.sleep(pause)

    return fault


def dripping_body(seconds: float, pause: float = 0.05) -> Fault:
    """A body that comes one byte at a time."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "50000")
        handler.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b"a")
            time.sleep(pause)

    return fault


def endless() -> Fault:
    """A body without length and without end."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while True:
            handler.wfile.write(b"<table>" * 10000)

    return fault


def announced(size: int) -> Fault:
    """Claims a size in its header."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()

    return fault


def gzip_bomb(size: int) -> Fault:
    """A small packed body that unpacks to `size` bytes, packed when it is asked for: not in each worker that collects it."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, gzip.compress(b"\0" * size, 1), {"Content-Encoding": "gzip"})

    return fault


def cut(body: bytes, keep: int) -> Fault:
    """Announces the whole body and hangs up after `keep` bytes."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:keep])

    return fault


def stalled(body: bytes, keep: int, seconds: float) -> Fault:
    """Sends the beginning and then nothing, with the connection open."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        cut(body, keep)(handler)
        time.sleep(seconds)

    return fault


def reset() -> Fault:
    """Drops the connection without a word."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()

    return fault
