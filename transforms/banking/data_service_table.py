"""/dataservice/data of the Bank of Russia, its older half: rates on loans and deposits by maturity.

The answer names its publication, table, elements and units, and only these names are trusted; the measure (currency)
is asked for by id and named by /measures alone, so the option `measure` says it. `date` is the reporting date, the
month after the flow that `dt` names in words: both must agree. Table: one row a value, percent a year.

/dataEx gives the same figures under other words, by ids that it does not name: `indicators` (tables), `measures_1`
(currencies), `measures_2` (maturities) and `units` are named by /datasetsEx of the same publication. Whoever asks hands
that answer over as the option `names`, and says which publication it was asked of in the option `publication`, since
neither answer does. Dates are dd.mm.yyyy.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import service
from transforms.banking.days import closed_month, month, stated_day
from transforms.banking.doubts import Doubts
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit, half_last_place

_layout = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.data_service_table", "cbr", "json"
OPTIONS = {
    "measure": "Currency of the table, as /measures of the data service names it.",
    "publication": "Publication that /dataEx was asked for, as /publications names it.",
    "names": "Text of the answer of /datasetsEx that names the ids of an answer of /dataEx.",
}
PARTS = ("RawData", "headerData", "units", "SType")
FIELDS = {"colId", "element_id", "measure_id", "unit_id", "obs_val", "rowId", "dt", "periodicity", "date", "digits"}
EX_FIELDS = {"indicator_id", "measure_1_id", "measure_2_id", "unit_id", "value", "period_id", "period", "periodicity",
             "date", "rowId"}  # fmt: skip
EX_LISTS = ("indicators", "measures_1", "measures_2", "units")
EX_DIGITS = 2
"""Decimals of an average rate in /data, which prints them; dataEx does not."""
COLUMNS = {"period_end": pl.Date, "product_code": pl.String, "currency": pl.String, "native_title": pl.String,
           "value": pl.Float64, "precision": pl.Float64}  # fmt: skip


def recognise(payload: Payload) -> bool:
    return payload.content.lstrip()[:1] == b"{" and b'"RawData"' in payload.content


def read(payload: Payload) -> Reading:
    """Every row. Raises ReadError with the row's id: unrecognised, unknown_id, unit_mismatch, bad_period ..."""
    answer, measure = _parse(payload)
    product = _table(answer["SType"], payload.name)
    currency = _currency(measure, payload.name)
    elements = {entry["id"]: str(entry["elname"]) for entry in answer["headerData"]}
    units = {entry["id"]: str(entry["val"]).strip() for entry in answer["units"]}
    unread, doubts = Counter[str](), Doubts[str]()
    rows, measures, seen = [], set(), set()
    for row in answer["RawData"]:
        where = f"{payload.name} row {row.get('rowId')}, element {row.get('element_id')}"
        service.check_row(row, FIELDS, where)
        if row["element_id"] not in elements or row["unit_id"] not in units:
            raise ReadError("unknown_id", expected="a name in headerData and units", got="none", where=where)
        if units[row["unit_id"]] != _layout()["unit"]:
            raise ReadError("unit_mismatch", expected=_layout()["unit"], got=units[row["unit_id"]], where=where)
        name = elements[row["element_id"]]
        maturity = _layout()["elements"].get(re.sub("[\"'«»“”]", "", name).strip().casefold())
        measures.add(row["measure_id"])
        if maturity is None:
            unread[f"element {name!r}"] += 1
            continue
        with doubts.about(f"{name}, {row['dt']}", *service.OF_ONE_ROW):
            end = _period(row, where)
            if row["obs_val"] is None:
                continue
            value = service.exact(row["obs_val"], row["digits"], where)
            if (maturity, end) in seen:
                raise ReadError("duplicate_row", expected="one value for each month", got=f"{name} {end}", where=where)
            seen.add((maturity, end))
            half = half_last_place(Decimal(1).scaleb(-row["digits"]), Unit("percent"))
            rows.append((end, f"{product}_{maturity}", currency, name, float(value), half))
    aside = doubts.within(len(rows) + len(doubts.errors))
    if len(measures) > 1:
        raise ReadError("ambiguous", expected="one measure", got=str(sorted(measures)), where=payload.name)
    if not rows:
        raise ReadError("empty", expected="a value of a known element", got=str(dict(unread)), where=payload.name)
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row").sort("period_end", "product_code")
    made = observations(table, dataset="interest_rate", ref_area="RUS", measure="rate", basis="month",
                        definition="RESIDENTS", unit="percent")  # fmt: skip
    notes = tuple(f"{count} rows not read: {why}" for why, count in sorted(unread.items()))
    last = max(row[0] for row in rows)
    release = Release(PRODUCT, f"{last:%Y-%m}", title=answer["SType"][0]["dsName"], language="ru")
    return Reading(release, table, made, notes=notes, set_aside=aside)


def _parse(payload: Payload) -> tuple[dict[str, Any], str]:
    """The answer, its parts named, and the name of its measure."""
    answer, measure = service.parse(payload), payload.options.get("measure", "")
    if _is_ex(answer):
        return _as_table(answer, payload)
    whole = isinstance(answer, dict) and all(
        isinstance(answer.get(part), list) and all(isinstance(entry, dict) for entry in answer[part]) for part in PARTS
    )
    named = whole and all({"id", "elname"} <= set(e) for e in answer["headerData"])
    if not named or not all({"id", "val"} <= set(e) for e in answer["units"]):
        raise ReadError("unrecognised", expected=f"{', '.join(PARTS)} with names", got=str(answer)[:80],
                        where=payload.name)  # fmt: skip
    return dict(answer), measure


def _table(stype: list[dict[str, Any]], where: str) -> str:
    """Which borrowers or depositors a table speaks of, by the names of its publication and of itself."""
    names = [(entry.get("PublName"), entry.get("dsName")) for entry in stype]
    if len(names) != 1 or names[0][0] != _layout()["publication"] or names[0][1] not in _layout()["tables"]:
        known = f"{_layout()['publication']}: one of {sorted(_layout()['tables'])}"
        raise ReadError("unknown_title", expected=known, got=str(names), where=where)
    return str(_layout()["tables"][names[0][1]]["product_code"])


def _currency(printed: str, where: str) -> str:
    measure = printed.strip().casefold()
    if measure not in _layout()["currencies"]:
        raise ReadError("unknown_id", expected=f"option measure, one of {sorted(_layout()['currencies'])}",
                        got=repr(measure), where=where, hint="/measures?datasetId names it.")  # fmt: skip
    return str(_layout()["currencies"][measure])


def _period(row: dict[str, Any], where: str) -> date:
    """The month of the flow: `date` is the first of the month after, `dt` its name in words."""
    end = closed_month(row["date"], where, "yyyy-mm-dd")
    if month(row["dt"]) != end:
        raise ReadError("bad_period", expected=f"dt = the month before {row['date']}", got=repr(row["dt"]), where=where)
    return end


def _is_ex(answer: Any) -> bool:
    rows = answer.get("RawData") if isinstance(answer, dict) else None
    return isinstance(rows, list) and bool(rows) and all(isinstance(r, dict) and "measure_1_id" in r for r in rows)


def _as_table(answer: dict[str, Any], payload: Payload) -> tuple[dict[str, Any], str]:
    """The answer as /data would give it, of one table and one currency, and the name of the currency.

    Raises ReadError: unknown_id (an id or a name is missing), leftover_field, bad_period, ambiguous.
    """
    names = _names(payload)
    rows = []
    for row in answer["RawData"]:
        where = f"{payload.name} row {row.get('rowId')}"
        service.check_row(row, EX_FIELDS, where)
        day = stated_day(row["date"], where, "dd.mm.yyyy").isoformat()
        rows.append({
            "colId": row["measure_2_id"], "element_id": row["measure_2_id"], "measure_id": row["measure_1_id"],
            "unit_id": row["unit_id"], "obs_val": row["value"], "rowId": row["rowId"], "dt": row["period"],
            "periodicity": row["periodicity"], "date": day, "digits": EX_DIGITS,
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
        return {name: {int(entry["id"]): str(entry["name"]) for entry in lists[name]} for name in EX_LISTS}
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError("unknown_id", expected=f"option names, an answer of /datasetsEx with {', '.join(EX_LISTS)}",
                        got=said[:80] or "nothing", where=payload.name,
                        hint="Ask /data, or pass --names and --publication.") from error  # fmt: skip


def _one(names: dict[int, str], ids: set[Any], what: str, where: str) -> str:
    if len(ids) != 1:
        raise ReadError("ambiguous", expected=f"one {what}", got=str(sorted(ids, key=str)), where=where)
    (number,) = ids
    if number not in names:
        raise ReadError("unknown_id", expected=f"a name of the {what}", got=str(number), where=where)
    return names[number]
