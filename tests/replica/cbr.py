"""www.cbr.ru on a replica: the exchange rate scripts and the file server of workbooks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.replica.server import Page, Replica

VFS = "/vfs/statistics/BankSector/Mortgage/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

RATES = {  # official rates by effective date
    "R01235": {date(2025, 9, 30): "82,8676", date(2025, 12, 5): "76,9708", date(2025, 12, 13): "79,7296"},
    "R01375": {date(2025, 9, 30): "11,5978", date(2025, 12, 5): "10,8487", date(2025, 12, 13): "11,2726"},
}


KEY_CHANGES = {date(2025, 7, 28): "18.00", date(2025, 9, 15): "17.00", date(2025, 10, 27): "16.50"}
"""Official: the first day is that of a change, as in any extract it shows as none."""

_LENDING = "Статистика кредитования-"
INDICATORS = {  # id -> category id, category, indicator: as the service listed them in September 2026
    42: (20, _LENDING + "По кредитам физическим лицам", "Задолженность по кредитам"),
    41: (20, _LENDING + "По кредитам физическим лицам", "Объем кредитов"),
    43: (20, _LENDING + "По кредитам физическим лицам", "Просроченная задолженность по кредитам"),
    44: (21, _LENDING + "По ипотечным жилищным кредитам", "Количество кредитов"),
    45: (21, _LENDING + "По ипотечным жилищным кредитам", "Объем кредитов"),
    46: (21, _LENDING + "По ипотечным жилищным кредитам", "Задолженность по кредитам"),
    47: (21, _LENDING + "По ипотечным жилищным кредитам", "Просроченная задолженность по кредитам"),
    48: (21, _LENDING + "По ипотечным жилищным кредитам", "Средневзвешенный срок по кредитам"),
    53: (23, _LENDING + "По кредитам субъектам МСП", "Задолженность по кредитам"),
    54: (23, _LENDING + "По кредитам субъектам МСП", "Просроченная задолженность по кредитам"),
    55: (21, _LENDING + "По ипотечным жилищным кредитам", "Сезонно скорректированная задолженность по кредитам"),
    29: (
        14, "Статистика процентных ставок-По кредитам-В целом по Российской Федерации",
        "Ставки по ипотечным жилищным кредитам",
    ),
}  # fmt: skip
MONEY = {35: "Всего", 36: "В рублях", 40: "В иностранной валюте"}
UNITS = {1: "% годовых", 6: "млн руб.", 7: "единиц"}


class Bank:
    """The bank's site. `rates` and `key` may grow between two visits; `book()` overwrites a workbook in place."""

    def __init__(self, site: Replica, rates: dict[str, dict[date, str]] | None = None) -> None:
        self.site = site
        self.rates = {code: dict(days) for code, days in (rates or RATES).items()}
        site.answer("/scripts/XML_daily.asp", self._daily)
        site.answer("/scripts/XML_dynamic.asp", self._dynamic)
        self.key, self.today = dict(KEY_CHANGES), date(2025, 12, 13)
        site.answer("/DailyInfoWebServ/DailyInfo.asmx", self._soap)
        site.answer("/hd_base/KeyRate/", self._key_page)

    def serve_data(
        self, rows: list[tuple[int, int | None, int, int, float, str]], moved: Mapping[int, int] | None = None
    ) -> None:
        """The data service with rows (indicator, area, currency, unit, value, reporting date) of INDICATORS.

        `moved` gives ids new numbers: they are not promised stable.
        """
        numbers = {i: (moved or {}).get(i, i) for i in INDICATORS}
        rows = [(numbers[row[0]], *row[1:]) for row in rows]
        listed = [
            {"category_id": c, "category_name": category, "indicator_id": numbers[i],
             "indicator_parent": -1, "indicator_name": name, "link": "/statistics/", "begin_dt": 2019, "end_dt": 2026}
            for i, (c, category, name) in INDICATORS.items()
        ]  # fmt: skip
        self.site.put("/dataservice/categoryNew", json.dumps({"category": listed}), "application/json")

        names = {numbers[i]: name for i, (_, _, name) in INDICATORS.items()}

        def answer(path: str) -> Page:
            query = parse_qs(urlsplit(path).query)
            if not {"categoryId", "y1", "y2", "i_ids"} <= query.keys():
                return Page(b"Not Implemented", "text/plain", status=501)
            wanted = [row for row in rows if str(row[0]) in query["i_ids"] and str(row[2]) in query["m2_ids"]]
            if "m1_ids" in query:
                wanted = [row for row in wanted if str(row[1]) in query["m1_ids"]]
            data = [
                {"id": n, "indicator_id": i, "measure1_id": a, "measure2_id": m, "unit_id": u, "obs_val": v,
                 "date": f"{d}T00:00:00", "periodicity": "month"}
                for n, (i, a, m, u, v, d) in enumerate(wanted, 1)
            ]  # fmt: skip
            links = [
                {"indicator_id": i, "indicator_parent": -1, "measure1_id": a, "measure2_id": m, "unit_id": u,
                 "indicator_name": names[i], "measure1_name": "Российская Федерация" if a else None,
                 "measure2_name": MONEY[m], "un_name": UNITS[u]}
                for i, a, m, u in dict.fromkeys(row[:4] for row in wanted)
            ]  # fmt: skip
            return Page(json.dumps({"RowData": data, "Links": links}).encode(), "application/json", validators=False)

        self.site.answer("/dataservice/dataNew", answer)

    def serve_tables(self) -> None:
        """The older half of the data service: lists that name ids, and one table; other sets of ids answer 501."""
        name = "Ставки по кредитам физическим лицам"
        lists = {
            "publications": [{"id": 5, "category_name": "Структура денежной массы"},
                             {"id": 14, "category_name": "В целом по Российской Федерации"}],
            "datasets": [{"id": 27, "parent_id": 14, "name": name}],
            "measures": {"measure": [{"id": 2, "name": "В рублях"}, {"id": 3, "name": "В долларах США"}]},
        }  # fmt: skip
        for path, listed in lists.items():
            self.site.put(f"/dataservice/{path}", json.dumps(listed), "application/json")

        def answer(path: str) -> Page:
            query = parse_qs(urlsplit(path).query)
            if (query.get("publicationId"), query.get("datasetId"), query.get("measureId")) != (["14"], ["27"], ["2"]):
                return Page(b"Not Implemented", "text/plain", status=501)
            row = {"colId": 9, "element_id": 9, "measure_id": 2, "unit_id": 1, "obs_val": 14.15, "rowId": 404,
                   "dt": "Август 2025", "periodicity": "month", "date": "2025-09-01T00:00:00", "digits": 2}  # fmt: skip
            table = {"RawData": [row], "headerData": [{"id": 9, "elname": "Свыше 1 года"}],
                     "units": [{"id": 1, "val": "% годовых"}], "DTRange": [{"FromY": 2014, "ToY": 2025}],
                     "SType": [{"sType": 1, "dsName": name, "PublName": "В целом по Российской Федерации"}]}  # fmt: skip
            return Page(json.dumps(table).encode(), "application/json", validators=False)

        self.site.answer("/dataservice/data", answer)

    def serve_days(self, pages: Mapping[str, bytes], english: bool = False) -> None:
        """Tables of the data base at /hd_base/NAME/: asked for by the form's two days, in Russian or in English."""

        def answer(content: bytes, path: str) -> Page | None:
            query = parse_qs(urlsplit(path).query)
            asked = {"UniDbQuery.Posted", "UniDbQuery.From", "UniDbQuery.To"} <= query.keys()
            return Page(content, validators=False) if asked else None

        for name, content in pages.items():
            self.site.answer(f"{'/eng' if english else ''}/hd_base/{name}/", partial(answer, content))

    def list_books(self) -> None:
        """The page that links the workbooks, as the bank writes it: absolute and relative, in any case, twice, dead."""
        links = "".join(f'<a class="document-regular_name" href="{href}">Данные</a>' for href in (
            "https://www.cbr.ru" + VFS + "02_05_Debt_ind.xlsx", VFS + "02_09_Debt_housing.xlsx",
            VFS.lower() + "02_42_Quantity_ihc.xlsx", VFS + "02_09_Debt_housing.xlsx", VFS + "02_43_Gone_ihc.xlsx",
            "/vfs/statistics/BankSector/Borrowings/02_09_Other.pdf", VFS + "02_99_Unknown.xlsx",
        ))  # fmt: skip
        self.site.put("/statistics/bank_sector/sors/", f"<html><body><h1>Сведения</h1>{links}</body></html>")

    def book(self, name: str, content: bytes) -> str:
        return self.site.put(VFS + name, content, XLSX)

    def _key_days(self) -> list[tuple[date, str]]:
        """One rate a working day, newest first."""
        first = min(self.key)
        days = [first + timedelta(days=n) for n in range((self.today - first).days + 1)]
        return [(d, self.key[max(c for c in self.key if c <= d)]) for d in reversed(days) if d.weekday() < 5]

    def _soap(self, path: str) -> Page:
        rows = "".join(f"<KR><DT>{d}T00:00:00+03:00</DT><Rate>{rate}</Rate></KR>" for d, rate in self._key_days())
        return Page(
            (
                '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
                'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
                '<KeyRateResponse xmlns="http://web.cbr.ru/"><KeyRateResult><KeyRate xmlns="">'
                f"{rows}</KeyRate></KeyRateResult></KeyRateResponse></soap:Body></soap:Envelope>"
            ).encode(),
            "text/xml; charset=utf-8",
            validators=False,
        )

    def _key_page(self, path: str) -> Page:
        rows = "".join(
            f"<tr><td>{d:%d.%m.%Y}</td><td>{rate.replace('.', ',')}</td></tr>" for d, rate in self._key_days()
        )
        table = f"<table class='data'><tr><th>Дата</th><th>Ставка</th></tr>{rows}</table>"
        return Page(f"<html><h1>Ключевая ставка Банка России</h1>{table}</html>".encode(), validators=False)

    def _daily(self, path: str) -> Page:
        """The official list of 13 December 2025 (55 currencies), with the newest rates of USD and CNY."""
        day = max(day for days in self.rates.values() for day in days)
        listed = (Path(__file__).parent / "XML_daily_2025-12-13.xml").read_text("utf-8")
        listed = listed.replace('Date="13.12.2025"', f'Date="{day:%d.%m.%Y}"')
        for code, days in self.rates.items():
            value = days[max(days)]
            listed = re.sub(
                rf'(<Valute ID="{code}">.*?<Value>)[^<]+(</Value>\s*<VunitRate>)[^<]+',
                rf"\g<1>{value}\g<2>{value}",
                listed,
                flags=re.S,
            )
        return _xml(listed)

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
