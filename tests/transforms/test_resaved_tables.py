"""Tables as other programs and people save them: read where nothing is uncertain, told as re-saved where it is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from functools import cache

import polars as pl
import pytest
from bs4 import BeautifulSoup

from tests.transforms.customs_case import refused
from tests.transforms.customs_pages import Cell, english, xlsx
from tests.transforms.customs_products import by_partner_preliminary, major_exports_preliminary
from tests.transforms.customs_tables import by_partner_rows, commodity_rows
from transforms import products
from transforms.customs.html import open_html
from transforms.model import Payload, ReadError

TITLE, ROWS = by_partner_rows()
GOODS = commodity_rows("export", "2025-03")


@cache
def base() -> pl.DataFrame:
    """The table as it was printed."""
    return by_partner_preliminary.read(Payload(english(TITLE, ROWS), "page.html")).table


def text_of(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def filled(rows: Sequence[Sequence[Cell]], repeat: bool) -> list[list[str]]:
    """Rows as wide as the table; of a cell over several places the text is in the first, or in each."""
    found = []
    for row in rows:
        cells: list[str] = []
        for cell in row:
            wide = 1 if isinstance(cell, str) else cell[1]
            cells += [text_of(cell)] + [text_of(cell) if repeat else ""] * (wide - 1)
        found.append(cells)
    return found


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_book(*sheets: list[list[str]]) -> bytes:
    return xlsx(*((f"sheet {number}", rows) for number, rows in enumerate(sheets)))


def with_figures(change: dict[str, str]) -> bytes:
    soup = BeautifulSoup(english(TITLE, ROWS), "lxml")
    for piece in soup.select_one("table").find_all(string=re.compile(r"^-?[\d,]+\.\d+\s*$")):
        piece.replace_with(piece.translate(str.maketrans(change)))
    return str(soup).encode()


def indexed(rows: list[list[str]]) -> list[list[str]]:
    width = len(rows[1])
    return [["", *map(str, range(width))], *[[str(i), *row] for i, row in enumerate(rows)]]


def same(content: bytes, name: str) -> None:
    payload = Payload(content, name)
    assert products.recognise(payload) is by_partner_preliminary
    reading = by_partner_preliminary.read(payload)
    assert not reading.set_aside
    columns = [c for c in reading.table.columns if c not in ("indent", "label", "parent", "precision")]
    assert reading.table.select(columns).equals(base().select(columns))


WIDE, REPEATED = filled(ROWS, repeat=False), filled(ROWS, repeat=True)
TITLED = [[TITLE, *[""] * 9], *WIDE[1:]]


SAVED: dict[str, Callable[[], bytes]] = {
    "pandas_to_csv.csv": lambda: as_csv(REPEATED),
    "pandas_with_index.csv": lambda: as_csv(indexed(REPEATED)),
    "pandas.xlsx": lambda: as_book(indexed(REPEATED)),
    "excel_in_the_west.csv": lambda: as_csv(TITLED, "cp1252"),
    "table_and_notes.xlsx": lambda: as_book(TITLED, [["mine", "x", "y"], *[[str(i), "1.5", "2.5"] for i in range(5)]]),
    "page_opened_in_excel.xlsx": lambda: as_book(
        [["Home"], ["About GACC"], ["Statistics"], ["x"], ["y"], ["z"], *TITLED]
    ),
    "note_beside.xlsx": lambda: as_book([[*row, "", "my note" if i == 3 else ""] for i, row in enumerate(TITLED)]),
    "german.html": lambda: with_figures({",": ".", ".": ","}),
    "french.html": lambda: with_figures({",": " ", ".": ","}),
    "thin_blanks.html": lambda: with_figures({",": "\u202f"}),
    "invisible.html": lambda: with_figures({str(i): f"\u200b{i}" for i in range(10)}),
}


@pytest.mark.parametrize("name", SAVED)
def test_a_table_that_was_saved_again_gives_the_same_figures(name: str) -> None:
    same(SAVED[name](), name)


@pytest.mark.parametrize("mark", ["\u200b", "1\u200b", "\u200b1"])
def test_a_character_without_width_in_one_figure_costs_that_row(mark: str) -> None:
    """Where all figures have one a program wrote them so; in one alone a digit may have been put in or lost."""
    rows = [[*row] for row in ROWS]
    place = next(i for i, row in enumerate(rows) if text_of(row[0]).strip() == "Japan")
    rows[place][1] = mark + text_of(rows[place][1])
    reading = by_partner_preliminary.read(Payload(english(TITLE, rows), "page.html"))
    assert [row.row for row in reading.set_aside] == ["Japan"]


def test_a_row_whose_last_figure_goes_on_in_a_row_of_its_own_is_set_aside() -> None:
    page = english(TITLE, ROWS).decode()
    place = page.index("Japan")
    first = page.rindex("<b>", place, page.index("</tr>", place)) + len("<b>-9")
    torn = page[:first] + "</tr><tr><td>" + page[first:]
    reading = by_partner_preliminary.read(Payload(torn.encode(), "page.html"))
    assert [(row.row, row.code) for row in reading.set_aside] == [("Japan", "torn_row")]


def test_one_comma_among_points_is_a_misprint_and_read_as_nothing_else() -> None:
    rows = [[*row] for row in ROWS]
    place = next(i for i, row in enumerate(rows) if text_of(row[0]).strip() == "Japan")
    rows[place][1] = text_of(rows[place][1]).replace(",", "#").replace(".", ",").replace("#", ".")
    reading = by_partner_preliminary.read(Payload(english(TITLE, rows), "page.html"))
    assert [row.row for row in reading.set_aside] == ["Japan"]


def test_a_note_that_somebody_wrote_among_the_rows_costs_nothing() -> None:
    rows: list[list[Cell]] = [*ROWS[:12], [("Note: checked", 10, 1)], *ROWS[12:]]
    same(english(TITLE, rows), "page.html")
    again: list[list[Cell]] = [*ROWS[:12], *ROWS[:4], *ROWS[12:]]  # headings at the top of each printed sheet
    same(english(TITLE, again), "page.html")


@pytest.mark.parametrize("place", ["below", "beside the article"])
def test_a_second_table_in_the_file_is_never_left_out_in_silence(place: str) -> None:
    title, rows = by_partner_rows("2025-02")
    if place == "below":
        content = as_book([*TITLED, *[[*row, *[""] * (10 - len(row))] for row in filled(rows, repeat=False)]])
        assert refused(by_partner_preliminary, Payload(content, "stacked.xlsx")).code == "row_after_notes"
    else:
        table = str(BeautifulSoup(english(title, rows), "lxml").select_one("table"))
        content = english(TITLE, ROWS).replace(b"</body>", f"{table}</body>".encode())
        assert refused(by_partner_preliminary, Payload(content, "page.html")).code == "several_tables"


def test_headings_of_a_table_of_goods_are_not_those_of_a_download() -> None:
    title, rows = GOODS
    grid = open_html(Payload(english(title, rows), "page.html")).rows
    payload = Payload(as_csv([[cell.words for cell in row] for row in grid]), "goods.csv")
    assert products.recognise(payload) is major_exports_preliminary
    read, printed = major_exports_preliminary.read(payload), major_exports_preliminary.read(
        Payload(english(title, rows), "page.html"))  # fmt: skip
    assert read.observations["value"].to_list() == printed.observations["value"].to_list()


@pytest.mark.parametrize("form", ["json", "xml", "spaces", "markdown", "translated"])
def test_a_table_in_a_form_that_is_not_read_is_told_as_re_saved(form: str) -> None:
    content = {
        "json": json.dumps({str(i): dict(enumerate(row)) for i, row in enumerate(REPEATED)}),
        "xml": f'<?xml version="1.0"?><Workbook>{"".join(f"<Data>{c}</Data>" for c in REPEATED[0])}</Workbook>',
        "spaces": "\n".join(" ".join(text_of(cell) for cell in row) for row in ROWS),
        "markdown": "\n".join(f"| {' | '.join(row)} |" for row in REPEATED),
        "translated": english(TITLE, ROWS).decode().replace("Total Export &amp; Import Values", "Ein- und Ausfuhr"),
    }[form]
    with pytest.raises(ReadError) as caught:
        products.recognise(Payload(content.encode(), f"table.{form}"))
    assert caught.value.code == "resaved" and caught.value.hint
