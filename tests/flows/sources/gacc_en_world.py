"""A replica of the customs' English site with releases of several years, and a home that visits it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.archive import Archive
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, visit
from tests.replica import Replica
from tests.replica.addresses import everywhere
from tests.replica.gacc import English
from tests.transforms import customs_pages, customs_tables

TOTALS, PARTNERS = (
    "(1) China's Total Export & Import Values",
    "(4) China's Total Export & Import Values by Country/Region",
)
QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server


def page(kind: str, period: str, currency: str) -> bytes:
    rows = customs_tables.total_rows if kind == TOTALS else customs_tables.by_partner_rows
    return customs_pages.english(*rows(period, currency))


class World:
    """A replica of the site with real releases, and a home folder."""

    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.gacc = site, home, English(site)
        self.urls = {
            (kind, period): self.gacc.publish(f"{kind} (in {currency})", period, page(kind, period, currency))
            for kind, period, currency in (
                (TOTALS, "2024-11", "USD"), (TOTALS, "2025-12", "USD"), (TOTALS, "2026-03", "CNY"),
                (PARTNERS, "2025-02", "CNY"), (PARTNERS, "2026-03", "CNY"),
            )
        }  # fmt: skip

    def settings(self, now: str = "2026-04-14T03:00:00Z") -> Settings:
        url = self.site.url
        urls = everywhere(url)
        return Settings(home=self.home, now=datetime.fromisoformat(now), **urls)  # type: ignore[arg-type]

    def visit(self, now: str = "2026-04-14T03:00:00Z", **scope: str) -> SourceReport:
        settings = self.settings(now)
        self.site.log.clear()
        return visit("gacc_en", settings, Archive(settings.archive), limits=QUICK, **scope)

    def periods(self) -> list[tuple[str, str]]:
        return [(s.product, s.period) for s in Archive(self.home / "archive").snapshots()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)
