"""Bulletin table (2) as the English site served it in 2026: full-width brackets, "Percentage Change", "####" cells."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.customs_case import page
from tests.transforms.customs_pages import Cell, figures
from tests.transforms.customs_products import by_partner_bulletin as product
from tests.transforms.customs_tables import PARTNER_FIELDS, PARTNER_GROWTH, whole


def rows_of_2026(period: str, currency: str, hidden: tuple[str, ...] = ()) -> tuple[str, list[list[Cell]]]:
    """Official figures in the layout of the pages of January (7 cells) and June 2026 (10 cells).

    The year-to-date total of the `hidden` rows is too wide for its column and printed ############.
    """
    month, january = int(period[5:]), period.endswith("-01")
    title = f"（2）Imports and Exports by Country （Region） of Origin/Destination,{month}.{period[:4]}"
    wide, span = (7, 1) if january else (10, 2)
    unit = "Unit:US$1,000" if currency == "USD" else "Unit:RMB10,000"
    rows: list[list[Cell]] = [[(title, wide, 1)], [*[""] * (wide - 2), (unit, 2, 1)]]
    flows: list[Cell] = [(flow, span, 1) for flow in ("Total", "Exports", "Imports")]
    rows.append([("Country （Region）", 1, 2), *flows, ("Percentage Change", 3, 1)])
    rows.append([*(["1"] if january else [str(month), f"1to{month}"]) * 3, "Total", "Exports", "Imports"])
    for row in figures("by_partner_bulletin", period=period, currency=currency):
        values = [whole(row[field]) for field in (PARTNER_FIELDS[::2] if january else PARTNER_FIELDS)]
        if row["partner_en"] in hidden:
            values[1] = "############"
        rows.append([row["partner_en"], *values, *(row[field] or "-" for field in PARTNER_GROWTH)])
    return title, rows


def test_percentage_change_is_that_of_the_year_to_date() -> None:
    table = product.read(page(rows_of_2026("2024-09", "USD"))).table
    usa = table.filter(pl.col("counterpart_area") == "USA").row(0, named=True)
    official = next(r for r in figures("by_partner_bulletin", period="2024-09") if r["partner_zh"] == "美国")
    assert usa["export_month"] == 47_015_103_000.0
    assert [usa[f"{flow}_ytd_yoy"] for flow in ("total", "export", "import")] == [
        float(official[f]) for f in PARTNER_GROWTH
    ]


@pytest.mark.slow
def test_january_has_seven_cells_and_its_change_is_that_of_the_month() -> None:
    reading = product.read(page(rows_of_2026("2024-01", "CNY")))
    assert reading.release.period == "2024-01"
    growth = reading.observations.filter(pl.col("measure") == "growth_yoy")
    assert set(growth["basis"]) == {"month"}


@pytest.mark.slow
def test_figure_too_wide_for_its_column_is_lost_and_said_so_not_guessed() -> None:
    whole_page = product.read(page(rows_of_2026("2024-09", "USD"))).observations
    reading = product.read(page(rows_of_2026("2024-09", "USD", hidden=("Total", "Asia"))))
    lost = whole_page.join(
        reading.observations, on=["dataset", "counterpart_area", "flow", "measure", "basis"], how="anti"
    )
    assert sorted(lost.select("counterpart_area", "flow", "basis", "measure").rows()) == [
        ("ASIA", "total", "ytd", "value"), ("WORLD", "total", "ytd", "value"),
    ]  # fmt: skip
    assert [(row.row, row.code) for row in reading.set_aside] == [("Total", "too_narrow"), ("Asia", "too_narrow")]


@pytest.mark.parametrize("text", ["###", "1#######", "#### 5"])
def test_other_hashes_are_no_figures(text: str) -> None:
    from transforms.customs.grid import Cell as GridCell
    from transforms.customs.grid import number
    from transforms.model import ReadError

    with pytest.raises(ReadError):
        number(GridCell(text), "row")
