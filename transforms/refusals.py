"""Bytes that are never data whatever they claim: challenge pages, guards, empty and image-only bodies."""

from __future__ import annotations

import re

from transforms.model import Payload, ReadError

CHALLENGES = (  # (code, what the bytes contain, who does that)
    ("challenge_page", re.compile(rb"ddos-guard", re.I), "a DDoS-Guard page"),
    ("challenge_page", re.compile(rb"\$_ts\s*=|\$_ts\.cd|_\$[a-z0-9]{2}\(\)", re.I), "a script challenge"),
    (
        "challenge_page",
        re.compile(rb"<title>\s*(412|precondition failed|4(00|03|05)\b)", re.I),
        "an error page",
    ),
    (
        "challenge_page",
        re.compile(rb"captcha|please enable javascript|checking your browser", re.I),
        "a bot check",
    ),
)
HINT = "The site blocks plain clients: open the page in a browser, save it, and run `portvault ingest FILE`."


def refuse_non_data(payload: Payload) -> None:
    """Raise ReadError for an empty body or a page that stands in for the data."""
    if not payload.content.strip():
        raise ReadError("empty", expected="a page or workbook", got="an empty body", where=payload.name, hint=HINT)
    head = payload.content[:65536]
    has_table = b"<table" in payload.content.lower() if b"<" in head[:2048] else True
    if has_table:
        return
    for code, pattern, what in CHALLENGES:
        if pattern.search(head):
            raise ReadError(code, expected="a page with a table", got=what, where=payload.name, hint=HINT)
