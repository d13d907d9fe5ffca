"""All publishers' sites on loopback, from nothing to a warehouse; then nothing new; then a corrected page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Portvault
from tests.plain import small_history
from tests.replica import Replica, faults
from tests.replica.cbr import Bank
from tests.replica.gacc import English
from tests.replica.gacc_zh import TOTALS_TITLE, Chinese, totals_workbook
from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_tables import by_partner_rows, commodity_rows, regime_rows, total_rows

TOTALS = "(1) China's Total Export & Import Values (in {})"
PARTNERS = "(4) China's Total Export & Import Values by Country/Region (in {})"
COMMODITIES = "({}) China's Major {}s by Quantity and Value (in CNY)"
REGIMES = "（5）Imports and Exports by Customs Regime"


SOURCES = [part for name in ("gacc_en", "gacc_zh", "cbr") for part in ("--source", name)]


def customs(path: str) -> bool:
    """An address of the customs' sites."""
    return path.lower().startswith(("/statics/", "/tjs/", "/customs/"))


class World:
    def __init__(self, site: Replica, portvault: Portvault, home: Path) -> None:
        self.site, self.portvault, self.home = site, portvault, home
        self.customs, self.chinese, self.bank = English(site), Chinese(site), Bank(site)
        for period, currency in (("2025-12", "USD"), ("2026-03", "CNY")):
            self.customs.publish(TOTALS.format(currency), period, english(*total_rows(period, currency)))
        self.customs.publish(PARTNERS.format("CNY"), "2026-03", english(*by_partner_rows("2026-03", "CNY")))
        for flow, period in (("export", "2025-03"), ("import", "2025-12")):
            title = COMMODITIES.format(5 if flow == "export" else 6, flow.capitalize())
            self.customs.publish(title, period, english(*commodity_rows(flow, period)))
        self.customs.publish(REGIMES, "2026-02", english(*regime_rows("2026-02")))
        site.remove("/statics/report/preliminary2025.html")  # dead: the list form names the releases of 2025
        self.chinese.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())  # the English page of it is above
        dead = self.chinese.attachment(TOTALS_TITLE.replace("人民币值", "美元值"), "2026-04-14", b"")
        site.remove(dead.removeprefix(site.url))

    def run(self, now: str) -> tuple[int, dict[str, object]]:
        self.site.log.clear()
        urls = {f"PORTVAULT_{name}_URL": self.site.url for name in ("GACC_EN", "GACC_ZH", "GACC_QUERY", "CBR")}
        done = self.portvault("run", *SOURCES, "--json", home=self.home, PORTVAULT_NOW=now, **urls)
        return done.returncode, json.loads(done.stdout)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def world(portvault: Portvault, small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Replica() as site, small_history(small):
        yield World(site, portvault, tmp_path_factory.mktemp("crawl") / "data")


@pytest.mark.slow
def test_from_nothing_to_a_warehouse(world: World) -> None:
    code, report = world.run("2026-04-14T04:00:00Z")
    assert code == 0, report
    states = {row["source"]: row["state"] for row in report["sources"]}  # type: ignore[attr-defined, union-attr]
    assert states == dict.fromkeys(("gacc_en", "gacc_zh", "cbr"), "reachable"), report["sources"]
    loaded = {product for (product,) in world.query("SELECT product FROM ops.release WHERE archive_path IS NOT NULL")}
    assert {
        "gacc.total_preliminary", "gacc.by_partner_preliminary", "gacc.major_exports_preliminary",
        "gacc.major_imports_preliminary", "gacc.by_regime_bulletin", "cbr.fx_dynamic",
    } <= loaded  # fmt: skip
    assert world.query(
        "SELECT DISTINCT vintage_date::VARCHAR, vintage_kind FROM ops.release WHERE period = '2026-03'"
    ) == [("2026-04-14", "observed")]
    (chinese,) = [row for row in report["sources"] if row["source"] == "gacc_zh"]  # type: ignore[attr-defined, union-attr]
    assert chinese["new"] == 1 and any("404" in note for note in chinese["notes"]), chinese
    dollar = "SELECT rate FROM fx_rate WHERE currency = 'USD' AND effective_date = DATE '2025-12-05'"
    assert world.query(dollar) == [(76.9708,)]


@pytest.mark.slow
def test_a_release_of_both_sites_is_one_vintage_of_each_figure(world: World) -> None:
    """March 2026 in yuan: the English page and the Chinese attachment say the same, so nothing is counted as revised."""
    editions = world.query("""SELECT language FROM ops.release WHERE product = 'gacc.total_preliminary'
        AND period = '2026-03' AND state = 'loaded' ORDER BY 1""")
    assert editions == [("en",), ("zh",)]
    counts = world.query("""SELECT DISTINCT count(*) FROM vintage.observation AS o JOIN series USING (series_id)
        WHERE dataset = 'trade_total' AND currency = 'CNY' AND period_end = DATE '2026-03-31'
        AND o.vintage_date = DATE '2026-04-14' GROUP BY series_id""")
    assert counts == [(1,)]


@pytest.mark.slow
def test_a_second_run_asks_only_conditionally_and_changes_nothing(world: World) -> None:
    before = world.query("FROM publication")
    code, report = world.run("2026-04-14T12:00:00Z")
    assert (code, report["outcome"]) == (0, "unchanged"), report
    assert {r.path.split("/")[1] for r in world.site.log if customs(r.path)} >= {"statics", "tjs", "customs"}
    assert not [r.path for r in world.site.log if r.status == 200 and not r.conditional and customs(r.path)]
    assert world.query("FROM publication") == before


@pytest.mark.slow
def test_a_blocked_site_is_a_state_with_advice_and_never_no_data(world: World) -> None:
    before = world.query("FROM publication")
    world.site.fault("/stati*", faults.status(412))
    world.site.fault("/tjs/*", faults.status(412))
    world.site.fault("/customs/*", faults.status(412))
    code, report = world.run("2026-04-15T04:00:00Z")
    world.site.heal()
    states = {row["source"]: row["state"] for row in report["sources"]}  # type: ignore[attr-defined, union-attr]
    assert (states["gacc_en"], states["gacc_zh"]) == ("blocked", "blocked")
    advice = [row["reason"] for row in report["sources"] if row["state"] == "blocked"]  # type: ignore[attr-defined, union-attr]
    assert all("portvault ingest" in reason for reason in advice), advice
    assert code == 0
    assert world.query("FROM publication") == before


@pytest.mark.slow
def test_a_corrected_page_at_a_new_address_is_a_new_vintage_and_a_revision(world: World) -> None:
    title, rows = by_partner_rows("2026-03", "CNY")
    changed = [raised(row) if "Japan" in str(row[0]) else row for row in rows]
    world.customs.publish(PARTNERS.format("CNY"), "2026-03", english(title, changed), edition="corrected")
    code, report = world.run("2026-05-20T04:00:00Z")
    assert code == 0, report
    revisions = world.query("""SELECT vintage_date::VARCHAR, round(change / 1e8, 1) FROM revision
        WHERE series_id = 'trade_by_partner:CHN.JPN.export.TOTAL.value.month._.CNY.CNY.M.N' AND period_end = '2026-03-31'""")
    assert revisions == [("2026-05-20", 0.1)]


def raised(row: list[Cell]) -> list[Cell]:
    """A row with the exports of the month, and so its total of the month, one tenth higher."""
    total, exports = (f"{float(str(row[i]).replace(',', '')) + 0.1:,.1f}" for i in (1, 3))
    return [row[0], total, row[2], exports, *row[4:]]
