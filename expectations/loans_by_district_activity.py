"""01_03_C, 01_12_A: loans of one month by federal district and section: overdue within debt, every pair once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, part_of, rows, unique, within

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "ref_area": "str", "section": "str"}
AMOUNTS = ("new_loans", "debt", "overdue")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns({**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"},
                         "The reader makes these columns and no others."),
        *filled(*KEYS, why="They say what a figure is; no row may lack one."),
        unique("ref_area", "section", why="One month a file, one cell for each district and section."),
        one_of("borrower", {"CORPORATE_AND_ENTREPRENEURS", "SME"}, "01_03_C is of the former, 01_12_A of the latter."),
        within("period_end", date(2019, 1, 31), None, "The statistics by section start in 2019."),
        *[within(c, 0, 300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")
          for c in AMOUNTS],
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        rows(8 * 16, 9 * 16, "Eight districts, the country where it is printed; fifteen sections and the others."),
    ]  # fmt: skip
