"""Trade indices of the Bank of Korea's service ECOS: value and volume of exports and imports, 2020 = 100.

All values are text; the table's Korean name says what it is. An error is {"RESULT": {"CODE", "MESSAGE"}}; an answer
of fewer rows than `list_total_count` is cut. The answer does not say when it became public. Source: ecos.bok.or.kr.
"""

from __future__ import annotations

import re
from typing import Any

from transforms.context import answers
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "ecos.korea_trade_index", "ecos", "json"
TABLES = {
    "수출금액지수": ("export", "value_index"),
    "수출물량지수": ("export", "volume_index"),
    "수입금액지수": ("import", "value_index"),
    "수입물량지수": ("import", "volume_index"),
}
BASE = re.compile(r"(\d{4})=100")
TOTAL = "*AA"
NO_KEY = "INFO-100"
"""The service's word for a key that is not valid."""
ITEM = re.compile(r"\*?[0-9A-Z]+")


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    if not isinstance(said, dict):
        return False
    return "StatisticSearch" in said or (set(said) == {"RESULT"} and "CODE" in said["RESULT"])


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every month. Raises ReadError `service_error`, `truncated`; a table or unit that is not known is set aside."""
    said: dict[str, Any] = answers.json_of(payload)
    if (error := said.get("RESULT")) and error["CODE"] == NO_KEY:
        raise ReadError(
            "keyed",
            expected="data",
            got=f"{error['CODE']}: {error.get('MESSAGE', '')}",
            where=payload.name,
            hint="The key is not valid: set PORTVAULT_ECOS_KEY.",
        )
    if error:
        raise ReadError(
            "service_error", expected="data", got=f"{error['CODE']}: {error.get('MESSAGE', '')}", where=payload.name
        )
    found = said["StatisticSearch"]
    if len(found["row"]) < int(found["list_total_count"]):
        raise ReadError(
            "truncated",
            expected=f"{found['list_total_count']} rows",
            got=str(len(found["row"])),
            where=payload.name,
            hint="Ask for a larger range of rows.",
        )
    points = Points()
    for number, row in enumerate(found["row"], start=1):
        where = f"{payload.name} row {number}"
        name = str(row["STAT_NAME"]).split(" ")[-1]
        base = BASE.fullmatch(str(row["UNIT_NAME"] or ""))
        items = [str(row[f"ITEM_CODE{place}"]) for place in range(1, 5) if row.get(f"ITEM_CODE{place}")]
        if name not in TABLES or not base or len(items) != 1 or not ITEM.fullmatch(items[0]):
            points.leave(
                f"{row['STAT_NAME']} {row['ITEM_NAME1']}",
                "unknown_table",
                "expected an index of the value or "
                f"volume of exports or imports with one item, got {row['UNIT_NAME']}, {items}",
                where,
            )
            continue
        value = answers.clear_number(row["DATA_VALUE"], f"{row['ITEM_NAME1']} {row['TIME']}", where, points)
        if value is None:
            continue
        flow, measure = TABLES[name]
        end, freq = answers.period(str(row["TIME"]), where)
        means = {
            "dataset": "trade_index",
            "ref_area": "KOR",
            "counterpart_area": "WORLD",
            "flow": flow,
            "product_code": "TOTAL" if items[0] == TOTAL else f"ECOS_{items[0].strip('*')}",
            "measure": measure,
            "basis": "month" if freq == "M" else "year",
            "definition": f"ECOS_{base[1]}_100",
            "unit": "index",
            "places": 2,
            "freq": freq,
        }
        points.found.append(Point(f"{row['STAT_CODE']}.{items[0]}", end, value, means, str(row["ITEM_NAME1"])))
    return reading_of(PRODUCT, points, title="Trade indices of Korea", language="ko", where=payload.name)
