"""Cells that span rows and columns stand in every place they cover; what a span is that is none, its reader says."""

from __future__ import annotations

from typing import Literal

import pytest
from bs4 import BeautifulSoup

from transforms.model import ReadError
from transforms.spans import MOST, laid_out

HEAD = '<tr><th rowspan="2">Region</th><th colspan="2">Trade</th></tr><tr><th>Export</th><th>Import</th></tr>'
ROWS = '<tr><td>A</td><td>1</td><td rowspan="2">2</td></tr><tr><td>B</td><td>3</td></tr>'


def cells(rows: str, odd: Literal["refuse", "mend"] = "refuse") -> list[list[str]]:
    table = BeautifulSoup(f"<table>{rows}</table>", "lxml")
    return laid_out(table.find_all("tr"), lambda cell, *_: cell.get_text(), "page", odd=odd)


def test_spans_are_laid_out_whatever_they_span() -> None:
    assert cells(HEAD + ROWS) == [["Region", "Trade", "Trade"], ["Region", "Export", "Import"], ["A", "1", "2"],
                                  ["B", "3", "2"]]  # fmt: skip
    assert cells("<tr></tr><tr><td>a</td></tr>") == [[], ["a"]]


def test_width_and_place_of_a_cell_are_told_to_who_makes_it() -> None:
    table = BeautifulSoup(f"<table>{HEAD}</table>", "lxml")
    told = laid_out(table.find_all("tr"), lambda cell, wide, place: f"{wide} {place}", "page", odd="refuse")
    assert told[0] == ["1 page row 1 column 1", *["2 page row 1 column 2"] * 2]


@pytest.mark.parametrize(("span", "mended"), [("0", 1), ("-1", 1), ("two", 1), ("61", MOST), ("99999", 1), ("٣", 3)])
def test_a_span_that_is_none_is_refused_where_places_count_and_mended_where_words_do(span: str, mended: int) -> None:
    row = f'<tr><td colspan="{span}">a</td></tr>'
    assert cells(row, "mend") == [["a"] * mended]
    if span != "٣":
        with pytest.raises(ReadError, match="bad_span"):
            cells(row)
