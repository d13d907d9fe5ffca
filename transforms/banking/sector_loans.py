"""obs_tabl20с as it is since 2024: loans of the sector by borrower, lines 7 to 7.3 of the sheets of assets.

The file has no sheets of loans any more; its history, from February 2016, was made again with accrued interest in the
totals, so these are series of their own beside those of loan_portfolio. Lines are known by code and label together (the
lines of household loans bear the codes of government loans); the other lines and sheets (dollars, liabilities, terms)
are named in the notes as not read. Table: one row a period and currency, a column for each line of sector_loans.yaml,
in RUB, null for the sign `x`.
"""

from __future__ import annotations

from pathlib import Path

from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.areas import plain
from transforms.banking.sector_balance import line_code
from transforms.banking.statistic import Figures, load_layout, reading
from transforms.banking.workbook import Header, Sheet
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.sector_loans", "cbr", "xlsx"
_YAML = Path(__file__).with_suffix(".yaml")
LAYOUT = load_layout(_YAML)
CODE, LABEL, FIRST = 1, 2, 3  # columns; A is empty
UNIT = "млрд руб."


def recognise(payload: Payload) -> bool:
    """Is there the sheet of assets with its dates from column D on, and none of loans?"""
    if not workbook.is_workbook(payload):
        return False
    sheets = {sheet.name: sheet for sheet in workbook.open_workbook(payload)}
    sheet = sheets.get(LAYOUT.sheets["ALL"]["name"])
    return bool(sheet) and any(
        len(row) > FIRST and UNIT in workbook.text(row[LABEL]) and workbook.reporting_date(row[FIRST]) is not None
        for row in (sheet.rows[:10] if sheet else ())
    )


def read(payload: Payload) -> Reading:
    """The lines of loans in each currency. Raises ReadError with sheet, row and cell."""
    sheets = {sheet.name: sheet for sheet in workbook.open_workbook(payload)}
    named = {currency: said["name"] for currency, said in LAYOUT.sheets.items()}
    if missing := set(named.values()) - set(sheets):
        raise ReadError("missing_sheet", expected=f"sheets {sorted(missing)} as well", got="none", where=payload.name)
    figures, others, last = Figures(), {}, {}
    for currency, name in named.items():
        header = _header(sheets[name], currency)
        others[currency] = _lines(sheets[name], header, currency, figures)
        last[header.period_ends[-1]] = name
    if len(last) > 1:
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=str(last), where=payload.name)
    unread = f"{others['ALL']} other lines of {named['ALL']} and {len(sheets) - len(named)} other sheets not read"
    figures.notes.append(unread)
    return reading(PRODUCT, LAYOUT, figures)


def _header(sheet: Sheet, currency: str) -> Header:
    header = workbook.find_header(sheet, LAYOUT.header, first=FIRST)
    stem, titled = workbook.split_currency(header.title)
    if not stem.startswith(LAYOUT.recognise) or UNIT not in workbook.text(sheet.rows[header.row][LABEL]):
        raise ReadError("unknown_title", expected=f"{LAYOUT.recognise}, {UNIT}", got=repr(header.title),
                        where=f"sheet {sheet.name!r}, title")  # fmt: skip
    if titled != currency:
        raise ReadError("currency_mismatch", expected=f"{currency}, as the sheet's name says", got=titled,
                        where=f"sheet {sheet.name!r}, title")  # fmt: skip
    return header


def _lines(sheet: Sheet, header: Header, currency: str, figures: Figures) -> int:
    """Put the lines of loans into `figures`; how many others have figures."""
    codes = yaml_file.load(_YAML)["codes"]
    lines = {(codes[name], plain(measure.title)): name for name, measure in LAYOUT.measures.items()}
    missing, unread = dict.fromkeys(LAYOUT.measures), 0
    for index in range(header.row + 1, len(sheet.rows)):
        row = sheet.rows[index]
        name = lines.get((line_code(row[CODE]), plain(workbook.text(row[LABEL]))))
        if name is None:
            unread += any(cell != "" for cell in row[FIRST:])
            continue
        missing.pop(name, None)
        for column, end in enumerate(header.period_ends, start=FIRST):
            where = sheet.where(index, column)
            value = workbook.number(row[column], where, decimals=None)
            decimals = LAYOUT.measures[name].decimals
            figures.put((name, currency), "RUS", end, None if value is None else round(value, decimals), where)
    if missing:
        raise ReadError("missing_row", expected="a row for every line of loans", got=f"none for {list(missing)[:5]}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return unread
