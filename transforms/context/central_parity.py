"""Central parity of the renminbi as CFETS serves it: the newest day (ccpr.json) and its history (CcprHisNew).

Prices are text, CNY for one unit of a currency or for 100 yen; a pair such as CNY/KRW is the other way round. The
parity is announced at 9:15 on the day itself and not revised: the day is the vintage. A history is paged, newest
first. Source: China Foreign Exchange Trade System, www.chinamoney.com.cn; equal to SAFE's, which is per 100 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from transforms.context import answers
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cfets.central_parity", "cfets", "json"
_PAIR = re.compile(r"(100)?([A-Z]{3})/([A-Z]{3})")


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("records"), list)
        or not isinstance(said.get("head"), dict)
    ):
        return False
    data = said.get("data") or {}
    return said["head"].get("provider") == "CWAP" and ("searchlist" in data or "lastDate" in data)


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every parity. Raises ReadError `service_error`, `ragged_row`; a pair without the renminbi is set aside."""
    said: dict[str, Any] = answers.json_of(payload)
    if said["head"].get("rep_code") != "200":
        raise ReadError("service_error", expected="rep_code 200", got=str(said["head"]), where=payload.name)
    points = Points()
    for day, pair, printed, where in _prices(said, payload):
        end, _ = answers.period(day, where)
        match = _PAIR.fullmatch(pair)
        if not match or "CNY" not in (match[2], match[3]):
            points.leave(f"{pair} {day}", "unknown_pair", f"expected a pair with CNY, got {pair}", where)
            continue
        number = answers.clear_number(printed, f"{pair} {day}", where, points)
        if number is None:
            continue
        means = {
            "dataset": "exchange_rate",
            "ref_area": "CHN",
            "product_code": match[2],
            "measure": "official_rate",
            "basis": "rate",
            "definition": "CENTRAL_PARITY",
            "freq": "D",
            "unit": match[3],
            "factor": "0.01" if match[1] else 1,
        }
        points.found.append(Point(pair, end, number, means, pair, published=end))
    total = int((said["data"]).get("total", 0))
    days = len({point.period_end for point in points.found})
    if total > days:
        points.notes.append(f"{days} of {total} days: the answer is one page of several")
    return reading_of(PRODUCT, points, title="Central parity of the renminbi", where=payload.name)


def _prices(said: dict[str, Any], payload: Payload) -> Iterator[tuple[str, str, str, str]]:
    """(day, pair, price, where)."""
    pairs = said["data"].get("searchlist")
    for number, record in enumerate(said["records"], start=1):
        where = f"{payload.name} record {number}"
        if pairs is None:
            yield str(said["data"]["lastDate"]).split(" ")[0], record["vrtEName"], record["price"], where
            continue
        if len(record["values"]) != len(pairs):
            raise ReadError("ragged_row", expected=f"{len(pairs)} prices", got=str(len(record["values"])), where=where)
        for pair, price in zip(pairs, record["values"], strict=True):
            yield record["date"], pair, price, where
