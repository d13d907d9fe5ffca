"""/dataservice/dataEx of the Bank of Russia: the figures of /data under other words, by ids that it does not name.

`indicators` (tables), `measures_1` (currencies), `measures_2` (maturities) and `units` are named by /datasetsEx of the
same publication: whoever asks hands that answer over as the option `names`, and says which publication it was asked of
in the option `publication`, since neither answer does. Dates are dd.mm.yyyy.
"""

from __future__ import annotations

import json
from typing import Any

from transforms.banking import service, xml
from transforms.model import Payload, ReadError

FIELDS = {"indicator_id", "measure_1_id", "measure_2_id", "unit_id", "value", "period_id", "period", "periodicity",
          "date", "rowId"}  # fmt: skip
LISTS = ("indicators", "measures_1", "measures_2", "units")
DIGITS = 2
"""Decimals of an average rate in /data, which prints them; dataEx does not."""


def is_ex(answer: Any) -> bool:
    rows = answer.get("RawData") if isinstance(answer, dict) else None
    return isinstance(rows, list) and bool(rows) and all(isinstance(r, dict) and "measure_1_id" in r for r in rows)


def as_table(answer: dict[str, Any], payload: Payload) -> tuple[dict[str, Any], str]:
    """The answer as /data would give it, of one table and one currency, and the name of the currency.

    Raises ReadError: unknown_id (an id or a name is missing), leftover_field, bad_period, ambiguous.
    """
    names = _names(payload)
    rows = []
    for row in answer["RawData"]:
        where = f"{payload.name} row {row.get('rowId')}"
        service.check_row(row, FIELDS, where)
        rows.append({
            "colId": row["measure_2_id"], "element_id": row["measure_2_id"], "measure_id": row["measure_1_id"],
            "unit_id": row["unit_id"], "obs_val": row["value"], "rowId": row["rowId"], "dt": row["period"],
            "periodicity": row["periodicity"], "date": xml.day(str(row["date"]), where).isoformat(), "digits": DIGITS,
        })  # fmt: skip
    table = _one(names["indicators"], {row["indicator_id"] for row in answer["RawData"]}, "table", payload.name)
    currency = _one(names["measures_1"], {row["measure_1_id"] for row in answer["RawData"]}, "currency", payload.name)
    titles = [{"PublName": payload.options.get("publication", ""), "dsName": table}]
    return {
        "RawData": rows, "SType": titles,
        "headerData": [{"id": number, "elname": name} for number, name in names["measures_2"].items()],
        "units": [{"id": number, "val": name} for number, name in names["units"].items()],
    }, currency  # fmt: skip


def _names(payload: Payload) -> dict[str, dict[int, str]]:
    said = payload.options.get("names", "")
    try:
        lists = json.loads(said)
        return {name: {int(entry["id"]): str(entry["name"]) for entry in lists[name]} for name in LISTS}
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError("unknown_id", expected=f"option names, an answer of /datasetsEx with {', '.join(LISTS)}",
                        got=said[:80] or "nothing", where=payload.name,
                        hint="Ask /data, or pass --names and --publication.") from error  # fmt: skip


def _one(names: dict[int, str], ids: set[Any], what: str, where: str) -> str:
    if len(ids) != 1:
        raise ReadError("ambiguous", expected=f"one {what}", got=str(sorted(ids, key=str)), where=where)
    (number,) = ids
    if number not in names:
        raise ReadError("unknown_id", expected=f"a name of the {what}", got=str(number), where=where)
    return names[number]
