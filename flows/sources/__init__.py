"""One module a source: it lists what its publisher offers and takes it into the archive. Nothing here reads figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.sources import cbr, gacc_en, gacc_query, gacc_zh, inbox, reports
from flows.sources.visit import SourceReport, Visit

__all__ = ["SOURCES", "SourceReport", "crawl"]

SOURCES: Mapping[str, Callable[[Visit], None]] = {
    source.SOURCE: source.crawl for source in (gacc_en, gacc_zh, gacc_query, cbr, reports, inbox)
}
"""What each source does on a visit, by source id."""


def crawl(source: str, *given: Any, **span: Any) -> SourceReport:
    """Visit one source for the periods `since`..`until` (YYYY-MM), or for what is new; the rest is given to Visit.

    The client must be its own: it remembers the dead hosts of one visit and counts its requests.
    """
    return Visit(source, *given, **span).conclude(SOURCES[source])
