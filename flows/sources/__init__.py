"""One module a source: it lists what its publisher offers and takes it into the archive. Nothing here reads figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.sources import cbr, gacc_en, gacc_zh, inbox
from flows.sources.visit import SourceReport

__all__ = ["SOURCES", "SourceReport"]

SOURCES: Mapping[str, Callable[..., SourceReport]] = {
    gacc_en.SOURCE: gacc_en.fetch,
    gacc_zh.SOURCE: gacc_zh.fetch,
    cbr.SOURCE: cbr.fetch,
    inbox.SOURCE: inbox.fetch,
}
"""`fetch(client, archive, settings, progress=None, *, since=None, until=None) -> SourceReport`, by source id.

Each source wants a Client of its own: it remembers the dead hosts of one visit and counts its requests.
"""
