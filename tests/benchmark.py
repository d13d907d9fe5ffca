"""What a run costs, as a multiple of the bare floor: `python -m tests.benchmark`.

The floor is a process that imports Prefect and Great Expectations, runs an empty flow and checks one value: no
pipeline built on the two can be faster. All figures of one invocation come from the same machine and minute; seconds
differ from machine to machine, ratios hardly. The publishers are a replica on loopback, the history is the shipped one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.replica import Replica
from tests.replica.cbr import Bank
from tests.replica.gacc import English
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows, total_rows

PORTVAULT = Path(sys.executable).parent / "portvault"
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
QUIET = {
    "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}  # fmt: skip
TOTALS = "(1) China's Total Export & Import Values (in CNY)"
PARTNERS = "(4) China's Total Export & Import Values by Country/Region (in CNY)"


def timed(command: list[str], repeat: int = 1, **environment: str) -> float:
    """Seconds of the quickest of `repeat` processes. Raises CalledProcessError."""
    seconds = []
    for _ in range(repeat):
        began = time.perf_counter()
        subprocess.run(command, env=os.environ | QUIET | environment, check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def measure(repeat: int) -> dict[str, float]:
    """Seconds by what was done; the floor comes first."""
    with Replica() as site, tempfile.TemporaryDirectory(prefix="portvault-benchmark-") as folder:
        customs, _ = English(site), Bank(site)
        customs.publish(TOTALS, "2026-03", english(*total_rows("2026-03", "CNY")))
        home = {f"PORTVAULT_{name}_URL": site.url for name in ("GACC_EN", "GACC_ZH", "GACC_QUERY", "CBR")}
        home |= {"PORTVAULT_HOME": f"{folder}/data", "PORTVAULT_NOW": "2026-04-14T04:00:00Z", "PREFECT_HOME": folder}
        run = [str(PORTVAULT), "run", "--source", "gacc_en", "--source", "cbr"]
        timed([sys.executable, "-c", FLOOR], **home)  # Prefect makes its database once
        figures = {"bare floor: Prefect and GX alone": timed([sys.executable, "-c", FLOOR], repeat, **home)}
        figures["first run: history and all there is"] = timed(run, **home)
        home["PORTVAULT_NOW"] = "2026-04-14T12:00:00Z"
        figures["run that finds nothing"] = timed(run, repeat, **home)
        customs.publish(PARTNERS, "2026-03", english(*by_partner_rows("2026-03", "CNY")))
        figures["monthly run: a new release"] = timed(run, **home)
        figures["full rebuild: every release read again"] = timed([*run, "--full"], **home)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="of what can be repeated; the quickest counts")
    figures = measure(parser.parse_args().repeat)
    floor = next(iter(figures.values()))
    table = Table("what", "seconds", "times the floor")
    for what, seconds in figures.items():
        table.add_row(what, f"{seconds:.1f}", f"{seconds / floor:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
