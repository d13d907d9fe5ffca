"""What readers may have of HOME over HTTP: pages, feeds, tables and the publication, whole or a range of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from flows.settings import Settings
from warehouse.pages import STYLE

FOLDERS = {"bulletin", "catalog", "feeds", "parquet", "runs", "sdmx"}
FILES = {"warehouse.duckdb", "warehouse.json"}
"""Nothing else: archive, inbox and quarantine hold what others sent."""
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
KINDS = {".ics": "text/calendar", ".atom": "application/atom+xml", ".md": "text/markdown"}


@dataclass(frozen=True)
class Part:
    """`length` bytes of a file from `start` on, and what the answer says of them."""

    path: Path
    start: int
    length: int
    size: int
    status: HTTPStatus

    def headers(self) -> dict[str, str]:
        kind = KINDS.get(self.path.suffix) or guess_type(self.path.name)[0] or "application/octet-stream"
        told = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
        told |= {"Content-Length": str(self.length), "Accept-Ranges": "bytes"}
        if self.status == HTTPStatus.PARTIAL_CONTENT:
            told["Content-Range"] = f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"
        return told


def listing(settings: Settings, target: str) -> str | None:
    """A page of links to what lies in a folder that readers may see, or in HOME; None for anything else."""
    names = [name for name in unquote(urlsplit(target).path).split("/") if name]
    if ".." in names or "\\" in target or "\0" in unquote(target) or (names and names[0] not in FOLDERS):
        return None
    folder = settings.root.joinpath(*names)
    if not folder.is_dir() or not folder.resolve().is_relative_to(settings.root):
        return None
    found = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    shown = [name for name in found if names or name.rstrip("/") in FOLDERS | FILES]
    items = "".join(f'<li><a href="/{quote("/".join([*names, name]))}">{escape(name)}</a>' for name in shown)
    title = escape("/".join(names) or "Portvault")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1><ul>{items}</ul></main></body></html>\n"
    )


def asked(settings: Settings, target: str, wanted: str | None) -> Part | None:
    """The part of a file that a request is about; None if readers may have no such file.

    `wanted` is the header Range; one that names no bytes of the file gets the whole of it, as RFC 9110 allows.
    """
    names = [name for name in unquote(urlsplit(target).path).split("/") if name]
    if not names or ".." in names or "\\" in target or "\0" in unquote(target):
        return None
    path = settings.warehouse if names == ["warehouse.duckdb"] else settings.root.joinpath(*names)
    allowed = names[0] in FOLDERS or (len(names) == 1 and names[0] in FILES)
    if not allowed or not path.is_file() or not path.resolve().is_relative_to(settings.root):
        return None
    size = path.stat().st_size
    first, last = _range(wanted, size)
    status = HTTPStatus.OK if (first, last) == (0, size - 1) else HTTPStatus.PARTIAL_CONTENT
    return Part(path, first, last - first + 1, size, status)


def _range(wanted: str | None, size: int) -> tuple[int, int]:
    found = RANGE.fullmatch(wanted or "")
    if not found or not any(found.groups()):
        return 0, size - 1
    start, end = found.groups()
    first = int(start) if start else max(size - int(end), 0)
    last = min(int(end), size - 1) if start and end else size - 1
    return (first, last) if first <= last else (0, size - 1)
