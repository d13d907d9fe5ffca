"""Layouts of the Bank's books: what they share is said once, and what they say themselves comes first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from transforms import layout
from transforms.banking.figures import Layout
from transforms.units import Unit

BOOK = """
product: cbr.trial
reader: banking.regional
title: Loans by area
dataset: mortgage
header: month
each: {definition: SECTOR, decimals: 6}
measures:
  debt: {title: Задолженность, factor: 1000}
  late: {title: Просроченная, measure: overdue, definition: RAS_OVERDUE}
"""


def loaded(tmp_path: Path, text: str) -> Layout:
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    made = layout.load(path)
    assert isinstance(made, Layout)
    return made


def test_a_measure_is_what_is_usual_then_what_all_share_then_what_it_says(tmp_path: Path) -> None:
    book = loaded(tmp_path, BOOK)
    debt, late = book.measures["debt"], book.measures["late"]
    assert (debt.unit, debt.basis) == (Unit("RUB", Decimal(1000)), "stock")
    assert (late.unit, late.basis) == (Unit("RUB", Decimal(10**6)), "stock"), "by the code of the measure"
    assert [(m.decimals, m.definition) for m in (debt, late)] == [(6, "SECTOR"), (6, "RAS_OVERDUE")]
    assert book.recognise == "Задолженность"


@pytest.mark.parametrize(
    ("change", "field"),
    [(("each: {definition: SECTOR, decimals: 6}", "each: 6"), "each"), (("factor: 1000", "basis: weekly"), "measures.debt.basis"),
     (("decimals: 6", "decimal: 6"), "measures.debt.decimal"), (("measure: overdue, ", ""), "measures.late")],
)  # fmt: skip
def test_an_error_names_the_file_and_the_field(tmp_path: Path, change: tuple[str, str], field: str) -> None:
    with pytest.raises(layout.BadLayout, match=rf"trial\.yaml: .*{field}"):
        loaded(tmp_path, BOOK.replace(*change))
