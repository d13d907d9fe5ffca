"""Days and months as the Bank of Russia prints them: in cells of Excel, on pages, in XML, SOAP, JSON and DBF."""

from __future__ import annotations

import re
from datetime import date, datetime

from transforms.model import ReadError
from transforms.periods import MONTHS_RU, before, month_end

DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
"""A date within words."""
_TIME = r"[T ]00:00:00(?:\.0+)?(?:[+-]\d\d:\d\d|Z)?"
FORMS = {
    "dd.mm.yyyy": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    "dd.mm.yy": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{2})\.(?P<y>\d\d|\d{4})"),
    "dd/mm/yyyy": re.compile(r"(?P<d>\d{1,2})([./])(?P<m>\d{1,2})\2(?P<y>\d{4})"),
    "yyyymmdd": re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
    "yyyy-mm-dd": re.compile(rf"(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)(?:{_TIME})?"),
    "yyyy-mm-ddT00:00:00": re.compile(rf"(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d){_TIME}"),
}
"""A source prints its days in one form: another one is another table, or a fault."""
ANY = ("dd.mm.yyyy", "yyyy-mm-dd")
"""What a cell may hold that a person or a program saved again."""
_MONTH = re.compile(r"([а-яё]+)[\s_-]+((?:19|20)\d\d)(?: г\.?| года?)?")


def day(cell: object, *forms: str) -> date | None:
    """The day of a date cell, or of text in one of `forms` (ANY without them); None for anything else."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == datetime.min.time() else None
    if isinstance(cell, date):
        return cell
    for form in forms or ANY:
        if match := FORMS[form].fullmatch(_words(cell)):
            century = 2000 if len(match["y"]) == 2 else 0
            try:
                return date(century + int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    return None


def stated_day(cell: object, where: str, *forms: str) -> date:
    """The same; ReadError `bad_period` for anything else."""
    if (found := day(cell, *forms)) is None:
        raise ReadError("bad_period", expected=f"a date {(forms or ANY)[0]}", got=repr(cell), where=where)
    return found


def reporting_date(cell: object) -> date | None:
    """End of the month that a reporting date, the first of the next one, closes; None for anything else."""
    found = day(cell)
    return before(found) if found and found.day == 1 else None


def closed_month(cell: object, where: str, form: str) -> date:
    """The same of text in one form; ReadError `bad_period` for anything else."""
    found = stated_day(cell, where, form)
    if found.day != 1:
        raise ReadError("bad_period", expected="the first of a month", got=repr(cell), where=where)
    return before(found)


def month(cell: object) -> date | None:
    """End of the month that text such as "Январь   2019" names."""
    match = _MONTH.fullmatch(_words(cell).casefold())
    return month_end(int(match[2]), MONTHS_RU[match[1]]) if match and match[1] in MONTHS_RU else None


def _words(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""
