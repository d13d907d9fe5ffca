"""One module a source: it lists what its publisher offers and takes it into the archive. Nothing here reads figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.archive import Archive
from flows.http import Client
from flows.settings import Settings
from flows.sources import cbr, gacc_en, gacc_query, gacc_zh, inbox, reports
from flows.sources.visit import Progress, SourceReport, Visit

__all__ = ["SOURCES", "SourceReport", "visit"]

SOURCES: Mapping[str, Callable[[Visit], None]] = {
    source.SOURCE: source.crawl for source in (gacc_en, gacc_zh, gacc_query, cbr, reports, inbox)
}
"""What each source does on a visit, by source id."""


def visit(
    source: str,
    client: Client,
    archive: Archive,
    settings: Settings,
    progress: Progress | None = None,
    *,
    since: str | None = None,
    until: str | None = None,
) -> SourceReport:
    """Visit one source for the periods `since`..`until` (YYYY-MM), or for what is new.

    The client must be its own: it remembers the dead hosts of one visit and counts its requests.
    """
    return Visit(source, client, archive, settings, progress, since=since, until=until).conclude(SOURCES[source])
