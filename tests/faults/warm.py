"""What every run imports and reads of its own code, before it is forked: a second of processor for each of some fifty runs.

Nothing here computes with polars: its threads do not outlive a fork.
"""

from __future__ import annotations

import importlib

from flows.sources import sources
from transforms.products import all_products

for _name in ("pyarrow.parquet", "great_expectations", "flows.run.approval", "flows.run.engine", "flows.run.ingest",
              "expectations.candidate", "expectations.docs", "expectations.gate", "expectations.shipped",
              "expectations.suites", "warehouse.bulletin", "warehouse.catalog.series_pages", "warehouse.export",
              "warehouse.feeds", "warehouse.sdmx"):  # fmt: skip
    importlib.import_module(_name)
all_products()
sources()
