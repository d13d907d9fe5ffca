"""A backfill of 2019 to 2026: the index of each year, and tables in the words that the site used in that year."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from flows.archive import Archive, Snapshot
from flows.run.reading import read_snapshot
from flows.settings import Settings
from flows.sources import SourceReport, visit
from tests.replica import Replica
from tests.replica.addresses import everywhere
from tests.replica.gacc import BULLETIN, English
from tests.transforms.customs_pages import MONTHS, Cell, english, spaced
from tests.transforms.customs_tables import by_partner_rows, commodity_rows, regime_rows, trade_mode_rows
from transforms.model import Reading

YEARS = range(2019, 2027)
TOTALS = "(1) China's Total Export & Import Values"
MODE = "({}) China's Total Export & Import Values by Trade Mode (in {})"
PARTNERS = "(4) China's Total Export & Import Values by Country/Region (in CNY)"
EXPORTS, IMPORTS = (
    f"({n}) China's Major {way} by Quantity and Value (in CNY)" for n, way in ((5, "Exports"), (6, "Imports"))
)
REGIMES = BULLETIN[2]


def total_page(year: int) -> bytes:
    """Table (1) of December of a year in dollars: levels that ship, growth computed from them."""
    with (files("warehouse.history") / "gacc/totals_usd_mirror.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["vintage_date"] == "2026-07-07"]
    level = {(row["flow"], row["period"]): round(10 * float(row["value"])) for row in rows}  # 100 million dollars

    def of(flow: str, *months: str) -> int:
        ways = {
            "Total Export & Import": (1, 1),
            "Total Export": (1, 0),
            "Total Import": (0, 1),
            "Export-Import Balance": (1, -1),
        }
        return sum(ways[flow][0] * level["export", m] + ways[flow][1] * level["import", m] for m in months)

    now, before, last = f"{year}-12", f"{year}-11", f"{year - 1}-12"
    through, through_last = ([f"{y}-{m:02d}" for m in range(1, 13)] for y in (year, year - 1))
    title = f"{TOTALS}, Dec {year} (in USD)"
    table: list[list[Cell]] = [[(title, 6, 1)], [("Unit: USD 100 Million", 6, 1)]]
    table.append(
        ["Item", "12", "1-to-12", "Month-on-Month (±%)", "Year-on-Year (±%)", "1-to-12 Total Year-on-Year (±%)"]
    )
    for flow in ("Total Export & Import", "Total Export", "Total Import", "Export-Import Balance"):
        growth = [f"{100 * (a / b - 1):.1f}" if "Balance" not in flow else "-" for a, b in (
            (of(flow, now), of(flow, before)), (of(flow, now), of(flow, last)),
            (of(flow, *through), of(flow, *through_last)))]  # fmt: skip
        table.append([flow, spaced(f"{of(flow, now):.1f}"), spaced(f"{of(flow, *through):.1f}"), *growth])
    return english(title, table)


def publish(customs: English) -> set[tuple[str, str]]:
    """A few real tables of each year, each in the words and headings of its year; what a backfill should take."""
    for year in YEARS[:-1]:
        customs.publish(f"{TOTALS} (in USD)", f"{year}-12", total_page(year))
    for number, period, basis, money in ((2, "2019-08", "month", "CNY"), (3, "2024-05", "ytd", "USD")):
        customs.publish(MODE.format(number, money), period, english(*trade_mode_rows(period, basis, money)))
    for period in ("2019-10", "2023-04", "2026-02"):
        customs.publish(REGIMES, period, english(*regime_rows(period)))
    for period in ("2025-02", "2026-03"):
        customs.publish(PARTNERS, period, english(*by_partner_rows(period)))
    customs.publish(EXPORTS, "2025-03", english(*commodity_rows("export", "2025-03")))
    customs.publish(IMPORTS, "2025-12", english(*commodity_rows("import", "2025-12")))
    return {
        *(("gacc.total_preliminary", f"{year}-12") for year in YEARS[:-1]),
        *(("gacc.by_trade_mode_preliminary", period) for period in ("2019-08", "2024-05")),
        *(("gacc.by_regime_bulletin", period) for period in ("2019-10", "2023-04", "2026-02")),
        *(("gacc.by_partner_preliminary", period) for period in ("2025-02", "2026-03")),
        ("gacc.major_exports_preliminary", "2025-03"), ("gacc.major_imports_preliminary", "2025-12"),
    }  # fmt: skip


class World:
    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.gacc = site, home, English(site)
        self.published = publish(self.gacc)

    def backfill(self) -> SourceReport:
        settings = Settings(home=self.home, now=datetime(2026, 11, 20, tzinfo=UTC), **everywhere(self.site.url))  # type: ignore[arg-type]
        return visit("gacc_en", settings, Archive(settings.archive), since="2019-01", until="2026-12")

    def snapshots(self) -> list[Snapshot]:
        return list(Archive(self.home / "archive").snapshots())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Replica() as site:
        world = World(site, tmp_path_factory.mktemp("years"))
        report = world.backfill()
        assert (report.state, report.refused) == ("reachable", [])
        yield world


def test_every_year_is_asked_for_and_every_table_taken(world: World) -> None:
    assert {(snapshot.product, snapshot.period) for snapshot in world.snapshots()} == world.published
    asked = {request.path for request in world.site.log}
    years = {
        f"/statics/report/{kind}{'' if year == 2026 else year}.html"
        for year in YEARS
        for kind in ("preliminary", "monthly")
    }
    assert years <= asked


def test_every_table_of_every_year_loads_under_known_names(world: World) -> None:
    for snapshot in world.snapshots():
        read = read_snapshot(snapshot)
        assert isinstance(read.reading, Reading), (snapshot.product, snapshot.period, read.refusal)
        assert not read.reading.set_aside and len(read.reading.observations)
        codes = read.reading.observations["product_code"].unique()
        assert not [code for code in codes if code.startswith("LABEL_")], snapshot.period


def test_a_row_of_each_year_keeps_its_code_whatever_its_words(world: World) -> None:
    """Duty-free goods are spelt in two ways; ordinary trade is the same series in table (2) and in the bulletin."""
    tables = {(s.product, s.period): read_snapshot(s).reading for s in world.snapshots()}
    regimes = [tables["gacc.by_regime_bulletin", period] for period in ("2019-10", "2023-04", "2026-02")]
    codes = [set(reading.observations["product_code"]) for reading in regimes if reading]
    assert codes[0] == codes[1] and codes[2] <= codes[0]
    months = {reading.release.period for reading in tables.values() if reading}
    assert {int(month[:4]) for month in months} == set(YEARS) and len(MONTHS) == 12
