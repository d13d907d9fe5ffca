"""Whose trade the bulletin asks the warehouse for, and how areas and periods of it are called."""

from __future__ import annotations

from datetime import date

from transforms.areas import names
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Known, Row

TOTAL = {"dataset": "trade_total", "counterpart_area": "WORLD", "product_code": "TOTAL", "currency": "USD"}
MONTH, YTD = TOTAL | {"basis": "month"}, TOTAL | {"basis": "ytd"}
INDICATOR = {"dataset": "indicator", "currency": "USD"}
WORLD = INDICATOR | {"ref_area": "CHN", "counterpart_area": "WORLD", "product_code": "TOTAL"}
PARTNER = {"dataset": "trade_by_partner", "product_code": "TOTAL", "flow": "export"}
AMERICA = PARTNER | {"counterpart_area": "USA", "currency": "USD", "basis": "month"}
FLOWS = {"export": "Exports", "import": "Imports", "balance": "Trade balance"}
LEVEL_AND_GROWTH = ["value", "growth_yoy"]


def area_name(code: str) -> str:
    made: str = dict(names().select("code", "name_en").iter_rows()).get(code, code)
    return made


def period_label(row: Row) -> str:
    return wording.since_january(row["period_end"]) if row["basis"] == "ytd" else wording.month(row["period_end"])


def newest_month(known: Known) -> date | None:
    """The newest month for which exports or imports were known, as level or as growth; None before the first.

    January and February often come as one release: then only the sum of both is known, as year to date.
    """
    rows = known.rows({**TOTAL, "basis": ["month", "ytd"], "flow": ["export", "import"], "measure": LEVEL_AND_GROWTH})
    newest = rows["period_end"].max()
    return newest if isinstance(newest, date) else None
