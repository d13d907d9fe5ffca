"""A replica of the Bank of Russia with real rates and one workbook, and a home folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from flows.archive import Archive
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, visit
from tests.replica import Replica
from tests.replica.addresses import everywhere
from tests.replica.cbr import Bank
from tests.transforms.banking import books

household_debt = books.product("household_debt")


QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server


DEBT = "02_05_Debt_ind.xlsx"


DATA = [  # official figures, and one region that the query leaves out
    (42, 22, 36, 6, 34949464.0, "2025-01-01"), (46, 22, 36, 6, 19194852.0, "2025-01-01"),
    (44, 22, 36, 7, 36603.0, "2022-06-01"), (53, 22, 36, 6, 6179048.0, "2021-09-01"),
    (55, None, 36, 6, 19036273.0, "2025-01-01"), (29, None, 36, 1, 8.47, "2025-01-01"),
    (46, 23, 36, 6, 1.0, "2025-01-01"),
]  # fmt: skip


@cache
def debt_book(months: int = 3) -> bytes:
    return books.regional(household_debt.layout, {"debt": 10, "overdue": 1}, months=months)


class World:
    """A replica of the bank with real rates and one workbook, and a home folder."""

    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.bank = site, home, Bank(site)
        self.bank.book(DEBT, debt_book())

    def visit(self, now: str = "2025-12-13T12:00:00Z", **scope: str) -> SourceReport:
        urls = everywhere(self.site.url)
        settings = Settings(home=self.home, now=datetime.fromisoformat(now), **urls)  # type: ignore[arg-type]
        self.site.log.clear()
        return visit("cbr", settings, Archive(settings.archive), limits=QUICK, **scope)

    def held(self, product: str) -> list[str]:
        return [s.period for s in Archive(self.home / "archive").snapshots() if s.product == product]

    def asked(self) -> list[str]:
        return [r.path.partition("?")[2][:41] for r in self.site.log if "XML_dynamic" in r.path]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)
