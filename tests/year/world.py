"""Two publishers on loopback whose year is made up, and an engineer's machine whose clock is PORTVAULT_NOW.

The figures are invented and add up; layouts, titles, addresses and calendar are the publishers'.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from flows.run import engine, freshness
from flows.run.engine import Request
from flows.settings import Settings
from tests.plain import small_history
from tests.replica import Replica
from tests.replica.addresses import everywhere
from tests.replica.cbr import Bank
from tests.replica.gacc import English
from tests.transforms.banking import books
from tests.transforms.customs_pages import MONTHS, Cell, english, spaced
from transforms.periods import month_end, shift_months

mortgage = books.product("mortgage")

TOTALS = "(1) China's Total Export & Import Values"
FLOWS = {"total": "Total Export & Import", "export": "Total Export", "import": "Total Import"}
ROUBLES = {"count": 90_000, "new_loans": 400_000, "debt": 21_000_000, "overdue": 150_000, "acquired_claims": 100_000,
           "debt_incl_acquired": 21_100_000, "term": 300.0, "rate": 8.1}  # fmt: skip
FOREIGN = {"count": 0, "new_loans": 0, "debt": 3_000, "overdue": 1_200, "acquired_claims": 1_000,
           "debt_incl_acquired": 4_000, "term": "0,0", "rate": "0,00"}  # fmt: skip


def level(flow: str, year: int, month: int) -> float:
    """Trade of a month in USD 100 million."""
    if flow == "total":
        return level("export", year, month) + level("import", year, month)
    return round((3300 if flow == "export" else 2300) * (1 + 0.04 * (year - 2026)) + 15 * month, 1)


def totals(period: str, *, unit: str = "USD 100 Million", factor: float = 1.0) -> bytes:
    """Preliminary table (1) in USD; `factor` raises its month and with it the year to date. Combined in February."""
    year, month = int(period[:4]), int(period[5:])
    combined = month == 2
    when = f"January-February {year}" if combined else f"{MONTHS[month - 1]} {year}"
    title = f"{TOTALS}, {when} (in USD)"
    growth = f"1-to-{month} Total Year-on-Year (±%)"
    monthly = [str(month), f"1-to-{month}", "Month-on-Month (±%)", "Year-on-Year (±%)", growth]
    head: list[Cell] = ["Item", f"1-to-{month}", growth] if combined else ["Item", *monthly]
    rows: list[list[Cell]] = [[(title, len(head), 1)], [(f"Unit: {unit}", len(head), 1)], head]
    for flow, item in FLOWS.items():
        now, then = (level(flow, y, month) for y in (year, year - 1))
        now = round(now * factor, 1)
        so_far = now + sum(level(flow, year, m) for m in range(1, month))
        before = then + sum(level(flow, year - 1, m) for m in range(1, month))
        earlier = level(flow, year, month - 1) if month > 1 else level(flow, year - 1, 12)
        year_growth = _percent(so_far, before)
        if combined:
            rows.append([item, spaced(f"{so_far:,.1f}"), year_growth])
        else:
            rows.append([item, spaced(f"{now:,.1f}"), spaced(f"{so_far:,.1f}"), _percent(now, earlier),
                         _percent(now, then), year_growth])  # fmt: skip
    return english(title, rows)


def _percent(now: float, then: float) -> str:
    return f"{100 * (now / then - 1):.1f}"


def mortgages(last: str, revised: dict[str, int] | None = None) -> bytes:
    """The workbook 02_02 from January 2026 to month `last`; `revised` gives months another count of loans."""
    months = [date(2026, 1, 31)]
    while f"{months[-1]:%Y-%m}" < last:
        months.append(shift_months(months[-1], 1))
    layout, book = mortgage.layout, openpyxl.Workbook()
    book.remove(book.active)
    both = {name: ROUBLES[name] + FOREIGN[name] for name in ROUBLES if name not in ("term", "rate")}
    for currency, figures in {"RUB": ROUBLES, "FX": FOREIGN, "ALL": both}.items():
        sheet = book.create_sheet(layout.sheets[currency]["name"])
        sheet.append([f"{layout.recognise[:31]}{books.PHRASES[currency]}{layout.recognise[31:]}"])
        first_of_next = (date(m.year + m.month // 12, m.month % 12 + 1, 1) for m in months)
        sheet.append(["Отчетная дата", *(f"{day:%d.%m.%Y}" for day in first_of_next)])
        for name, value in figures.items():
            label = books.title(layout.measures[name], "ALL") + (", в том числе" if name == "debt" else "")
            cells = [value] * len(months)
            if name == "count" and currency != "FX":
                cells = [(revised or {}).get(f"{month:%Y-%m}", value) for month in months]
            sheet.append([("     " if name == "overdue" else "") + label, *cells])
    return books.save(book)


@dataclass
class World:
    """`publish...` changes what the sites show; `poll` is a scheduled run at a day's end."""

    site: Replica
    home: Path
    set_clock: pytest.MonkeyPatch
    told: int = 0

    def __post_init__(self) -> None:
        self.customs, self.bank = English(self.site, range(2025, 2028)), Bank(self.site)
        self.site.put("/hook", b"ok")
        hook = self.site.url.replace("http", "json") + "/hook"
        values = {"HOME": str(self.home), "ALERT_URLS": json.dumps([hook])}
        values |= {name.upper(): url for name, url in everywhere(self.site.url).items()}
        for name, value in values.items():
            self.set_clock.setenv(f"PORTVAULT_{name}", value)

    def publish_totals(self, period: str, **page: Any) -> None:
        self.customs.publish(f"{TOTALS} (in USD)", period, totals(period, **page))

    def publish_mortgages(self, last: str, revised: dict[str, int] | None = None) -> None:
        self.bank.book("02_02_Mortgage.xlsx", mortgages(last, revised))

    def at(self, day: str) -> Settings:
        """Set the clock to the evening of a day."""
        self.set_clock.setenv("PORTVAULT_NOW", f"{day}T20:00:00+00:00")
        return Settings()

    def poll(self, day: str, *sources: str) -> dict[str, Any]:
        """A run that asks the sources; the English customs' site alone if none is named."""
        return engine.run(self.at(day), Request(sources=sources or ("gacc_en",))).facts()

    def state(self, day: str, product: str = "gacc.total_preliminary") -> tuple[str, str | None]:
        """(state, expected period) of a product."""
        row = next(row for row in freshness.current(self.at(day)) if row["product"] == product)
        return row["state"], row["expected_period"]

    def alerts(self) -> list[str]:
        """Lines of the digests sent since this was last asked."""
        sent = [json.loads(request.body)["message"] for request in self.site.log if request.method == "POST"
                and request.path == "/hook"]  # fmt: skip
        fresh, self.told = sent[self.told :], len(sent)
        return [line.removeprefix("- ") for message in fresh for line in message.splitlines() if line.startswith("- ")]

    def exports(self, period: str, as_of: str) -> float | None:
        """Exports of a period (its year to date in February) in USD 100 million as known on a day."""
        year, month = int(period[:4]), int(period[5:])
        basis = "ytd" if month == 2 else "month"
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            found = con.execute(
                "SELECT exports FROM trade_total_as_of(?::DATE) WHERE basis = ? AND currency = 'USD' AND period_end = ?",
                [as_of, basis, month_end(year, month)],
            ).fetchall()
        return round(found[0][0] / 1e8, 1) if found and found[0][0] is not None else None


def open_world(
    stack: ExitStack, folder: Path, clock: pytest.MonkeyPatch, small: Path, *, outputs: bool = True
) -> World:
    """A world with runs in this process on the `small` history, until the stack is closed; see `small_history`."""
    stack.enter_context(small_history(small, outputs))
    return World(stack.enter_context(Replica()), folder / "data", clock)
