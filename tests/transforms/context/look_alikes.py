"""Answers in the forms of the services, with other figures: what the tests of readers and the replica serve."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from tests.transforms.context.case import as_json, payload
from transforms.model import Payload
from transforms.periods import MONTHS_RU

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WORLD = ("2030", "0015", "World, Not Seasonally Adjusted", [900.5, 910.25], [700.0, 710.0])


def census(rows: list[tuple[str, str, str, list[float], list[float]]]) -> Payload:
    """country.xlsx with twelve months a flow; the year is their sum."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "country"
    sheet.append(["year", "CTY_CODE", "CTYNAME", *(f"{f}{m}" for f in "IE" for m in (*MONTHS, "YR"))])
    for year, code, name, imports, exports in rows:
        cells: list[Any] = [year, code, name]
        for flow in (imports, exports):
            cells += [*flow, *[0] * (12 - len(flow)), sum(flow)]
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return payload(out.getvalue(), "country.xlsx")


def ecb(**series: Any) -> str:
    dimensions = [
        ("FREQ", "M"),
        ("CURRENCY", "CNY"),
        ("CURRENCY_DENOM", "EUR"),
        ("EXR_TYPE", "SP00"),
        ("EXR_SUFFIX", "A"),
    ]
    dimensions = [(name, series.get(name, value)) for name, value in dimensions]
    return as_json(
        {
            "header": {"prepared": "2031-01-01T00:00:00Z", "sender": {"id": "ECB"}},
            "dataSets": [{"series": {"0:0:0:0:0": {"observations": {"0": [8.123456789], "1": [None]}}}}],
            "structure": {
                "links": [
                    {"rel": "dataflow", "href": "https://data-api.ecb.europa.eu:443/service/dataflow/ECB/EXR/1.0"}
                ],
                "dimensions": {
                    "series": [{"id": name, "values": [{"id": value}]} for name, value in dimensions],
                    "observation": [{"id": "TIME_PERIOD", "values": [{"id": "2030-01"}, {"id": "2030-02"}]}],
                },
            },
        }
    )


def comext(**changes: Any) -> dict[str, Any]:
    codes = {
        "freq": ["A", "M"],
        "reporter": ["EU27_2020", "DE"],
        "partner": ["CN"],
        "product": ["TOTAL"],
        "flow": ["1"],
        "indicators": ["VALUE_IN_EUROS"],
        "time": ["2030-01", "2030-02"],
    }
    return {
        "version": "2.0",
        "source": "ESTAT",
        "updated": "2030-04-15T23:30:00+0200",
        "value": {"4": 50, "7": 8},
        "id": list(codes),
        "size": [len(of) for of in codes.values()],
        "dimension": {
            name: {"category": {"index": {code: i for i, code in enumerate(of)}}} for name, of in codes.items()
        },
        "extension": {"id": "DS-045409", "annotation": []},
        **changes,
    }


def japan(
    total: str, stamp: str = "<kohyoymd>March 18, 2030</kohyoymd>", title: str = "February 2030 (Provisional)"
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><hodoxml><sogakutsuki name="pg1">{stamp}<title>Value of Exports and Imports '
        f"{title}</title><export><sogakutonen>100</sogakutonen><sogakuzennen>90</sogakuzennen></export><import>"
        f"<sogakutonen>120</sogakutonen><sogakuzennen>-</sogakuzennen></import><sashihiki><sogakutonen>{total}"
        "</sogakutonen><sogakuzennen/></sashihiki></sogakutsuki></hodoxml>"
    )


def rosstat(december: Any, note: str, renewed: str = "10 апреля 2030 г.", year: int = 2030) -> Payload:
    book = openpyxl.Workbook()
    contents = book.worksheets[0]
    contents.title = "Содержание"
    contents.append(["Содержание:"])
    contents.append(["Обновлено: "])
    contents.append([renewed])
    sheet = book.create_sheet("01")
    sheet.append([f"Индексы потребительских цен на товары и услуги1) по Российской Федерации в 1991-{year}*)гг."])
    sheet.append([None, year - 2.0, year - 1.0, float(year)])
    sheet.append(["к концу предыдущего месяца"])
    for number, month in enumerate(MONTHS_RU):
        sheet.append([month, 100.5, 100.4, 100.3 if number < 3 else None])
    sheet.append(["к декабрю предыдущего года"])
    sheet.append(["декабрь", 106.17, 104.91, december])
    sheet.append([note])
    out = io.BytesIO()
    book.save(out)
    return payload(out.getvalue(), "ipc_mes_03-2030.xlsx")
