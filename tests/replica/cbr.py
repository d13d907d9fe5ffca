"""www.cbr.ru on a replica: the exchange rate scripts and the file server of workbooks."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

from tests.replica.server import Page, Replica

CODES = {"R01235": ("840", "USD", "US Dollar"), "R01375": ("156", "CNY", "China Yuan")}
VFS = "/vfs/statistics/BankSector/Mortgage/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

RATES = {  # official rates by effective date
    "R01235": {date(2025, 9, 30): "82,8676", date(2025, 12, 5): "76,9708", date(2025, 12, 13): "79,7296"},
    "R01375": {date(2025, 9, 30): "11,5978", date(2025, 12, 5): "10,8487", date(2025, 12, 13): "11,2726"},
}


class Bank:
    """The bank's site. `rates` may grow between two visits; `book()` overwrites a workbook in place."""

    def __init__(self, site: Replica, rates: dict[str, dict[date, str]] | None = None) -> None:
        self.site = site
        self.rates = {code: dict(days) for code, days in (rates or RATES).items()}
        site.answer("/scripts/XML_daily.asp", self._daily)
        site.answer("/scripts/XML_dynamic.asp", self._dynamic)

    def book(self, name: str, content: bytes) -> str:
        return self.site.put(VFS + name, content, XLSX)

    def _daily(self, path: str) -> Page:
        day = max(day for days in self.rates.values() for day in days)
        items = "".join(
            f'<Valute ID="{code}"><NumCode>{CODES[code][0]}</NumCode><CharCode>{CODES[code][1]}</CharCode>'
            f"<Nominal>1</Nominal><Name>{CODES[code][2]}</Name><Value>{days[max(days)]}</Value>"
            f"<VunitRate>{days[max(days)]}</VunitRate></Valute>"
            for code, days in self.rates.items()
        )
        return _xml(f'<ValCurs Date="{day:%d.%m.%Y}" name="Foreign Currency Market">{items}</ValCurs>')

    def _dynamic(self, path: str) -> Page:
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        first, last = (date(*map(int, reversed(query[n].split("/")))) for n in ("date_req1", "date_req2"))
        code = query["VAL_NM_RQ"]
        records = "".join(
            f'<Record Date="{day:%d.%m.%Y}" Id="{code}"><Nominal>1</Nominal><Value>{value}</Value></Record>'
            for day, value in sorted(self.rates[code].items())
            if first <= day <= last
        )
        span = f'DateRange1="{first:%d.%m.%Y}" DateRange2="{last:%d.%m.%Y}"'
        return _xml(f'<ValCurs ID="{code}" {span} name="Foreign Currency Market Dynamic">{records}</ValCurs>')


def _xml(body: str) -> Page:
    declared = '<?xml version="1.0" encoding="windows-1251"?>' + body
    return Page(declared.encode("cp1251"), "application/xml; charset=windows-1251", validators=False)
