"""01_03_C, 01_12_A: loans of one month by federal district and section, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.loans_by_activity import MOST
from expectations.rules import Expectation, one_of
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "ref_area": "str", "section": "str"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    first = (date(2019, 1, 31), "The statistics by section start in 2019.")
    whole = (8 * 16, "Eight districts, the country where it is printed; fifteen sections and the others.")
    borrowers = {"CORPORATE_AND_ENTREPRENEURS", "SME"}
    return [
        *table(KEYS, ["new_loans", "debt", "overdue"], since=first, most=MOST, least_rows=whole, most_rows=9 * 16),
        one_of("borrower", borrowers, "01_03_C is of the former, 01_12_A of the latter."),
    ]
