"""What a run costs, as a multiple of the floor: `python -m tests.benchmark`.

The floor is a process that imports Prefect and Great Expectations, runs an empty flow and checks one value: no
pipeline built on the two can be faster. All figures of one invocation come from the same machine and minutes; seconds
differ from machine to machine, ratios hardly. The publishers are a replica on loopback, the history is the shipped one;
ten times the history are the claims on trade with partners again and again, each copy a partner of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests import next_month, plain_scripts
from tests.replica import Replica
from tests.replica.addresses import variables
from tests.replica.cbr import Bank
from tests.replica.gacc import English
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import total_rows

PORTVAULT = Path(sys.executable).parent / "portvault"
IMPORTS = "import prefect, great_expectations"
FLOOR = """
import great_expectations as gx
import pandas as pd
from prefect import flow

@flow
def nothing() -> None:
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_pandas("frames").add_dataframe_asset("one")
    batch = source.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.DataFrame({"x": [1]})})
    assert batch.validate(gx.expectations.ExpectColumnValuesToNotBeNull(column="x")).success

nothing()
"""
TEN_TIMES = """
import sys
import polars as pl
from flows.cli.app import main
from warehouse import history

one = history.shipped()
abroad = (pl.col("dataset") == "mirror_trade") & (pl.col("counterpart_area").str.len_chars() == 3)
partners = one.claims.filter(abroad)
more = range(round(9 * one.claims.height / partners.height))
copies = [partners.with_columns(counterpart_area=pl.col("counterpart_area") + f"_{n}") for n in more]
many = history.History(pl.concat([one.claims, *copies]), one.releases, one.records)
history.shipped = lambda: many
sys.argv[0] = "portvault"
main()
"""
QUIET = {
    "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}  # fmt: skip
TOTALS = "(1) China's Total Export & Import Values (in {})"
PARTNERS = "(4) China's Total Export & Import Values by Country/Region (in {})"
COMMODITIES = "({}) China's Major {}s by Quantity and Value (in CNY)"
REGIMES = "（5）Imports and Exports by Customs Regime"
EMPTY = "importing Prefect and Great Expectations"
FLOOR_ROW = "the floor: empty flow, Great Expectations on one value"
DAILIES, BOOKS = (1, 50, 500, 3650), (1, 12, 120)
"""Pages of a backfill at once: ten years of lists of rates and of a monthly workbook at most."""
YEARS_TO_COME = date(2030, 1, 1)
"""From then on no figure is known that a page could seem to revise."""
PARTIAL = 3
"""Exit code of a run that published and set something aside; any other than it and 0 ends the benchmark."""


@dataclass
class Measured:
    """Seconds on the clock and on the processors, by what was done."""

    rows: dict[str, tuple[float, float]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)  # megabytes of the largest process
    against: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def time(self, what: str, command: list[str], repeat: int = 1, *, against: str = "", **environment: str) -> None:
        """The quickest of `repeat` processes, held `against` another row. Raises CalledProcessError."""
        took = []
        for _ in range(repeat):
            with tempfile.TemporaryFile() as said:
                began = time.perf_counter()
                done = subprocess.Popen(command, env=os.environ | QUIET | environment, stdout=said, stderr=said)
                _, status, used = os.wait4(done.pid, 0)
                clock = time.perf_counter() - began
                done.returncode = os.waitstatus_to_exitcode(status)
                if done.returncode not in (0, PARTIAL):
                    said.seek(0)
                    raise subprocess.CalledProcessError(done.returncode, command, said.read())
            took.append((clock, used.ru_utime + used.ru_stime))
            self.memory[what] = used.ru_maxrss // 1024
        self.rows[what], self.against[what] = min(took), against
        self.say(f"{what}: {self.rows[what][0]:.1f} s")


class Publishers:
    """The customs' English site and the Bank of Russia on loopback, and a home that asks them."""

    def __init__(self, site: Replica, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.customs, self.bank = English(site), Bank(site)
        self.customs.publish(TOTALS.format("USD"), "2025-12", english(*total_rows("2025-12", "USD")))
        self.run = [str(PORTVAULT), "run", "--source", "gacc_en", "--source", "cbr"]
        self.home = folder / "data"

    def at(self, hour: int, home: Path | None = None) -> dict[str, str]:
        now = f"2026-10-18T{hour:02}:00:00Z"
        return variables(self.site.url) | {"PORTVAULT_HOME": str(home or self.home), "PORTVAULT_NOW": now}

    def one_page(self) -> None:
        self.customs.publish(PARTNERS.format("CNY"), next_month.PERIOD, next_month.partners())

    def month(self) -> None:
        """What a month brings after the partners: the commodities and regimes of the customs."""
        for number, flow in ((5, "export"), (6, "import")):
            title = COMMODITIES.format(number, flow.capitalize())
            self.customs.publish(title, next_month.PERIOD, next_month.commodities(flow))
        self.customs.publish(REGIMES, next_month.PERIOD, next_month.regimes())


def runs(measured: Measured, site: Publishers, repeat: int) -> None:
    """No news, one page, a month, everything again."""
    measured.time("first run: history and all there is", site.run, **site.at(4))
    measured.time("no news", site.run, repeat, against=EMPTY, **site.at(5))
    site.one_page()
    measured.time("one page", site.run, **site.at(6))
    site.month()
    measured.time("a month of the customs", site.run, **site.at(7))
    measured.time("full rebuild", [*site.run, "--full"], **site.at(8))


def growth(measured: Measured, site: Publishers, rows: int) -> None:
    """One page by hand after more and more history and microdata."""
    page, download = site.folder / "page.html", site.folder / "download.csv"
    page.write_bytes(next_month.partners())
    plain_scripts.write_download(download, rows)
    ten = [sys.executable, "-c", TEN_TIMES]
    cases: list[tuple[str, list[str], int]] = [
        ("one page, 1 x history", [str(PORTVAULT)], 0),
        (f"one page, 1 x history, {rows:,} rows of microdata", [str(PORTVAULT)], rows),
        ("one page, 10 x history", ten, 0),
    ]
    for number, (what, portvault, microdata) in enumerate(cases):
        home = site.folder / f"home{number}"
        subprocess.run([*portvault, "run", "--offline"], env=os.environ | QUIET | site.at(4, home), check=True,
                       capture_output=True)  # fmt: skip
        if microdata:
            load = [*portvault, "ingest", str(download), "--option", "flow=import"]
            measured.time(f"loading {rows:,} rows of microdata by a run", load, **site.at(5, home))
        measured.time(what, [*portvault, "ingest", str(page), "--published", "2026-10-14"], **site.at(6, home))
        shutil.rmtree(home)


def loading(measured: Measured, folder: Path, rows: int, pages: int, repeat: int) -> None:
    """The same bytes by Portvault's reader and by what one would write without it."""
    download, daily = folder / "download.csv", folder / "daily"
    plain_scripts.write_download(download, rows)
    plain_scripts.write_daily(daily, pages)
    raw, script = f"{rows:,} rows: DuckDB's read_csv into a file", f"{pages} daily pages: a script, one by one"
    for what, name, given, other in (
        (raw, "duckdb_csv", download, ""),
        (f"{rows:,} rows: polars' read_csv into Parquet", "polars_csv", download, raw),
        (f"{rows:,} rows: Portvault's reader into Parquet and a file", "portvault_csv", download, raw),
        (script, "pandas_pages", daily, ""),
        (f"{pages} daily pages: Portvault's readers and gate", "portvault_pages", daily, script),
    ):
        command = [sys.executable, "-m", "tests.plain_scripts", name, str(given)]
        measured.time(what, command, repeat, against=other or what)


def backfill(measured: Measured, site: Publishers) -> None:
    """More and more pages at once into a home with history: lists of rates, and a workbook that grows month by month."""
    dailies, books, home = site.folder / "dailies", site.folder / "books", site.folder / "before"
    plain_scripts.write_daily(dailies, max(DAILIES), since=YEARS_TO_COME)
    plain_scripts.write_books(books, max(BOOKS), since=YEARS_TO_COME)
    later = {"PORTVAULT_HOME": str(home), "PORTVAULT_NOW": "2041-01-01T00:00:00Z"}
    first = "first run: history and all there is, by hand"
    measured.time(first, [str(PORTVAULT), "run", "--offline"], **later)
    for name, folder, numbers in (("daily pages", dailies, DAILIES), ("monthly workbooks", books, BOOKS)):
        files = sorted(folder.iterdir())
        one = f"{numbers[0]} of {name} at once"
        for number in numbers:
            copy = site.folder / "after"
            shutil.copytree(home, copy)
            command = [str(PORTVAULT), "ingest", *map(str, files[:number])]
            measured.time(f"{number} of {name} at once", command, against=one, **later | {"PORTVAULT_HOME": str(copy)})
            shutil.rmtree(copy)
    shutil.rmtree(home)


def shown(measured: Measured, markdown: bool) -> str | Table:
    """Each row with its seconds as multiples of those of the row that it is held against, else of the floor."""
    rows = []
    for what, (clock, processor) in measured.rows.items():
        other = measured.against[what] or (FLOOR_ROW if FLOOR_ROW in measured.rows else what)
        times = [own / base for own, base in zip((clock, processor), measured.rows[other], strict=True)]
        memory = f"{measured.memory[what]:,}"
        rows.append((what, f"{clock:.1f}", f"{processor:.1f}", memory, *(f"{ratio:.2f}" for ratio in times), other))
    heads = ("what", "seconds", "of processor", "MB", "times", "times of processor", "of")
    if markdown:
        lines = [heads, ("---", *["---:"] * 5, "---"), *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="of what can be repeated; the quickest counts")
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of microdata")
    parser.add_argument("--pages", type=int, default=500, help="daily pages to read and check")
    parser.add_argument("--parts", nargs="+", default=["runs", "growth", "loading"],
                        choices=["runs", "growth", "loading", "backfill"], help="what to measure")  # fmt: skip
    parser.add_argument("--markdown", action="store_true", help="print the table as it stands in docs/performance.md")
    asked = parser.parse_args()
    measured = Measured(say=lambda text: print(text, file=sys.stderr, flush=True))
    with Replica() as replica, tempfile.TemporaryDirectory(prefix="portvault-benchmark-") as folder:
        site = Publishers(replica, Path(folder))
        own = {"PREFECT_HOME": folder}
        measured.time(EMPTY, [sys.executable, "-c", IMPORTS], asked.repeat, **own)
        measured.time("the first flow: Prefect makes its database", [sys.executable, "-c", FLOOR], **own)
        measured.time(FLOOR_ROW, [sys.executable, "-c", FLOOR], asked.repeat, **own)
        if "runs" in asked.parts:
            runs(measured, site, asked.repeat)
        if "growth" in asked.parts:
            growth(measured, site, asked.rows)
        if "loading" in asked.parts:
            loading(measured, site.folder, asked.rows, asked.pages, asked.repeat)
        if "backfill" in asked.parts:
            backfill(measured, site)
    Console().print(shown(measured, asked.markdown), soft_wrap=True)


if __name__ == "__main__":
    main()
