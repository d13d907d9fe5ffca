"""02_03_Debt_structure_by_benchmark_interest_rate_type: corporate debt at fixed and at floating rates, by benchmark.

One sheet, real dates, million roubles shown whole though the cells keep more. Table: one row a period and row of
corporate_debt_by_rate.yaml; `debt` in RUB, with acquired claims, roubles and foreign currency together. The total is
fixed and floating; the floating part is its benchmarks.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import polars as pl

from transforms import yaml_file
from transforms.banking import headers, workbook
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.rows import Wanted, take
from transforms.banking.statistic import reading
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit, parse_unit

_words = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.corporate_debt_by_rate", "cbr", "xlsx"
MILLION = Unit("RUB", Decimal(10**6), "RUB")
BORROWERS = "CORPORATE_AND_ENTREPRENEURS"
WHOLES = ("TOTAL", "FIXED", "FLOATING")
SET_ASIDE = 0.1
"""Share of the rows that may be set aside: one of fourteen."""


def recognise(payload: Payload) -> bool:
    start = _words()["recognise"].casefold()
    return any(title.casefold().startswith(start) for title in workbook.titles(payload))


def read(payload: Payload) -> Reading:
    """Every row. Raises ReadError with sheet, row and cell."""
    sheet, figures = workbook.only_sheet(payload), Figures()
    header = headers.find_header(sheet, "reporting_date", None)
    unit = parse_unit(unmarked(header.title).rpartition(",")[2], f"sheet {sheet.name!r}, title")
    if unit != MILLION:
        raise ReadError("unit_mismatch", expected="млн руб., as in all books of the bank", got=str(unit),
                        where=f"sheet {sheet.name!r}, title")  # fmt: skip
    rows = {plain(unmarked(label)): code for code, label in _words()["rows"].items()}
    measure = Measure(name="debt", unit=unit, basis="stock", definition="RESIDENTS_INCL_ACQUIRED", computed=True)

    def place(index: int) -> tuple[Measure, str]:
        if (code := found(rows, sheet.label(index))) is None:
            raise ReadError("unknown_label", expected="a row of corporate_debt_by_rate.yaml",
                            got=repr(sheet.label(index)), where=sheet.where(index))  # fmt: skip
        return measure, code

    wanted = Wanted([("debt", code) for code in rows.values()], [("debt", code) for code in WHOLES], SET_ASIDE)
    take(sheet, header, "ALL", figures, place, wanted)
    benchmarks = list(_words()["rows"])[3:]
    parents = {"FIXED": "TOTAL", "FLOATING": "TOTAL"} | dict.fromkeys(benchmarks, "FLOATING")
    layout = Layout(dataset="corporate_loans", measures={"debt": measure}, title=_words()["title"], parents=parents)
    row = pl.col("row")
    return reading(PRODUCT, layout, figures, {"rate": row}, ref_area=pl.lit("RUS"),
                   product_code=pl.concat_str(pl.lit(f"{BORROWERS}_RATE_"), row),
                   native_title=row.replace_strict(_words()["rows"], return_dtype=pl.String))  # fmt: skip
