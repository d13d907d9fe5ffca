"""UN Comtrade: the keyless preview as JSON, and TradeData.csv of the website.

The preview ends at 500 rows: so many means that it is cut. primaryValue is c.i.f. for imports and f.o.b. for exports,
in dollars. Only the sums over second partner, customs procedure and means of transport are read (partner2Code 0,
customsCode C00, motCode 0). isReported false is an estimate. Neither form says when it was published. Source:
comtradeplus.un.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from transforms import areas
from transforms.context import answers
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "comtrade.comtrade_trade", "comtrade", "json"
CUT = 500
"""Rows of the largest preview there is."""
FLOWS = {"M": "import", "X": "export"}
VALUATION = {"M": "CIF", "X": "FOB"}
WHOLE = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
OTHERS = {"W00": "WORLD", "S19": "TWN"}
"""Comtrade's own codes: the world, and Other Asia, not elsewhere specified, which is Taiwan."""
_CODE = re.compile(r"TOTAL|(\d{2}){1,3}")


def recognise(payload: Payload) -> bool:
    header = answers.header(payload)
    if {"reporterISO", "partnerISO", "primaryValue"} <= set(header):
        return True
    said = answers.json_of(payload)
    return isinstance(said, dict) and {"elapsedTime", "count", "data"} <= said.keys()


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every total. Raises ReadError `cut`, `service_error`, `truncated`; unknown areas are set aside."""
    points = Points()
    parts = 0
    for where, row in _rows(payload):
        if any(str(row[name]).strip() != of for name, of in WHOLE.items()):
            parts += 1
            continue
        _add(row, points, where)
    if parts:
        points.notes.append(f"{parts} rows are parts of others (second partner, procedure, transport) and are not read")
    return reading_of(PRODUCT, points, title="UN Comtrade", where=payload.name)


def _rows(payload: Payload) -> Iterator[tuple[str, dict[str, Any]]]:
    said = answers.json_of(payload)
    if said is None:
        yield from answers.rows(payload, trailing=True)
        return
    if said.get("error"):
        raise ReadError("service_error", expected="data", got=str(said["error"]), where=payload.name)
    if len(said["data"]) >= CUT:
        raise ReadError(
            "cut",
            expected=f"fewer than {CUT} rows",
            got=str(len(said["data"])),
            where=payload.name,
            hint="A preview ends there: ask for fewer partners, products or periods.",
        )
    if len(said["data"]) != said["count"]:
        raise ReadError("truncated", expected=f"{said['count']} rows", got=str(len(said["data"])), where=payload.name)
    for number, row in enumerate(said["data"], start=1):
        yield f"{payload.name} row {number}", row


def _area(code: str) -> str | None:
    if code in OTHERS:
        return OTHERS[code]
    return code if code in set(areas.names()["code"]) and len(code) == 3 else None


def _add(row: dict[str, Any], points: Points, where: str) -> None:
    key = ".".join(str(row[name]) for name in ("freqCode", "reporterISO", "flowCode", "partnerISO", "cmdCode"))
    reporter, partner, flow = _area(row["reporterISO"]), _area(row["partnerISO"]), FLOWS.get(row["flowCode"])
    if reporter is None or partner is None or flow is None:
        points.leave(key, "unknown_code", "expected areas of areas.yaml and flow M or X", where)
        return
    value = answers.clear_number(row["primaryValue"], f"{key} {row['period']}", where, points)
    if value is None:
        return
    own = answers.clear_number(row["cifvalue" if row["flowCode"] == "M" else "fobvalue"], key, where, points)
    if own is not None and own != value:
        points.leave(
            key, "unclear_value", f"expected the primary value to be that of its valuation, got {value}, {own}", where
        )
        return
    end, freq = answers.period(str(row["period"]), where)
    if freq != row["freqCode"]:
        raise ReadError(
            "bad_period", expected=f"periods of frequency {row['freqCode']}", got=str(row["period"]), where=where
        )
    code = str(row["cmdCode"])
    if not _CODE.fullmatch(code):
        points.leave(key, "unknown_product", f"expected TOTAL or an HS code of two to six digits, got {code}", where)
        return
    means = {
        "dataset": "mirror_trade",
        "ref_area": reporter,
        "counterpart_area": partner,
        "flow": flow,
        "product_code": code if code == "TOTAL" else f"HS_{code}",
        "measure": "value",
        "freq": freq,
        "basis": "month" if freq == "M" else "year",
        "definition": f"COMTRADE_{VALUATION[row['flowCode']]}",
        "currency": "USD",
        "unit": "USD",
    }
    reported = str(row["isReported"]).lower() == "true"
    points.found.append(Point(key, end, value, means, str(row.get("cmdDesc") or code), "A" if reported else "E"))
