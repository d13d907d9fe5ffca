"""/dataservice/dataNew of the Bank of Russia: JSON rows of ids, and Links that name them.

Table: one row a value; `indicator_id` as the answer has it, dimensions, `value` in the base unit. Rows of an indicator
that data_service.yaml does not list, and rows of an area that no link names, are noted as unread, never guessed; a name
that differs from the one listed for an id, or a unit that differs, refuses the whole answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import areas, service, workbook
from transforms.banking.days import closed_month
from transforms.banking.doubts import Doubts
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit, half_last_place, parse_unit, to_base

_layout = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.data_service", "cbr", "json"
OPTIONS = {"moved": "Ids of the answer that have changed, as 146=46: 146 is what was 46."}
FIELDS = {"id", "indicator_id", "measure1_id", "measure2_id", "unit_id", "obs_val", "date", "periodicity"}
IDS = ("indicator_id", "measure1_id", "measure2_id", "unit_id")
LINK_FIELDS = {*IDS, "indicator_name", "measure1_name", "measure2_name", "un_name"}
COLUMNS = {"period_end": pl.Date, "ref_area": pl.String, "indicator_id": pl.Int64, "dataset": pl.String,
           "product_code": pl.String, "measure": pl.String, "basis": pl.String, "definition": pl.String,
           "currency": pl.String, "unit": pl.String, "adjustment": pl.String, "value": pl.Float64,
           "precision": pl.Float64}  # fmt: skip


def recognise(payload: Payload) -> bool:
    return payload.content.lstrip()[:1] == b"{" and b'"RowData"' in payload.content


def read(payload: Payload) -> Reading:
    """Every row. Raises ReadError with the row's id: truncated, unknown_id, unit_mismatch, bad_period, not_a_number."""
    answer = service.parse(payload)
    if not isinstance(answer, dict) or not isinstance(answer.get("RowData"), list):
        raise ReadError("unrecognised", expected="RowData", got=str(answer)[:60], where=payload.name)
    known = _indicators(payload)
    links = {tuple(link[name] for name in IDS): link for link in _entries(answer, "Links", LINK_FIELDS, payload.name)}
    unread, doubts = Counter[str](), Doubts[str]()
    seen: set[tuple[Any, ...]] = set()
    rows = []
    for row in _entries(answer, "RowData", FIELDS, payload.name):
        where = f"{payload.name} row {row['id']}"
        service.check_row(row, FIELDS, where)
        tidy = None
        with doubts.about(f"row {row['id']}", *service.OF_ONE_ROW):
            tidy = _row(row, known, links, unread, where)
        if tidy is None:
            continue
        key = tuple(tidy[name] for name in ("indicator_id", "ref_area", "currency", "period_end"))
        if key in seen:
            raise ReadError("duplicate_row", expected="one value for each month", got=str(key), where=where)
        seen.add(key)
        rows.append(tidy)
    aside = doubts.within(len(rows) + len(doubts.errors))
    if not rows:
        raise ReadError("empty", expected="a row of a known indicator", got=str(dict(unread)), where=payload.name)
    table = pl.DataFrame(rows, schema=COLUMNS).sort(list(COLUMNS)[:8])
    made = observations(table.drop("indicator_id"))
    notes = tuple(f"{count} rows not read: {why}" for why, count in sorted(unread.items()))
    last = max(row["period_end"] for row in rows)
    return Reading(Release(PRODUCT, f"{last:%Y-%m}", title="Data service", language="ru"), table, made, notes=notes,
                   set_aside=aside)  # fmt: skip


def _entries(answer: dict[str, Any], name: str, fields: set[str], where: str) -> list[dict[str, Any]]:
    """The list `name` (or in lower case) of an answer; each entry has `fields`, and ids that are whole numbers."""
    entries = answer.get(name) or answer.get(name.lower()) or []
    for entry in entries:
        whole = isinstance(entry, dict) and fields <= set(entry)
        if not whole or not all(entry[key] is None or type(entry[key]) is int for key in IDS):
            raise ReadError("leftover_field", expected=f"{sorted(fields)} in {name}", got=str(entry)[:80], where=where)
    return list(entries)


def listed() -> Mapping[tuple[str, str], int]:
    """(category, indicator) as the service's list names them -> the id under which the layout has the indicator."""
    return {(entry["category"], entry["name"]): number for number, entry in _layout()["indicators"].items()}


def _indicators(payload: Payload) -> Mapping[int, Mapping[str, Any]]:
    """Indicators by the ids of this answer: as listed, or as option `moved` says ("146=46": 146 is our 46).

    Whoever asked looked the ids up by name in the service's list; then ids that it does not name mean nothing.
    """
    indicators: Mapping[int, Mapping[str, Any]] = _layout()["indicators"]
    if not (moved := payload.options.get("moved")):
        return indicators
    pairs = (pair.split("=") for pair in moved.split(","))
    return {int(now): indicators[int(ours)] for now, ours in pairs}


def _row(
    row: dict[str, Any], known: Mapping[int, Mapping[str, Any]], links: dict[Any, Any], unread: Counter[str], where: str
) -> dict[str, Any] | None:
    indicator = known.get(row["indicator_id"])
    if indicator is None:
        unread[f"indicator {row['indicator_id']}"] += 1
        return None
    if row["obs_val"] is None:
        return None
    link = links.get((row["indicator_id"], row["measure1_id"], row["measure2_id"], row["unit_id"]))
    if links and link is None:
        raise ReadError("unknown_id", expected="a link that names the row", got="none", where=where)
    currency = _currency(row, link, where)
    unit = _unit(row, link, indicator, where)
    area = _area(row, link, where)
    if area is None:
        unread[f"area {row['measure1_id']} without a name"] += 1
        return None
    if link and str(link["indicator_name"]).strip().casefold() != indicator["name"].casefold():
        raise ReadError("unknown_id", expected=f"{row['indicator_id']} = {indicator['name']!r}",
                        got=repr(link["indicator_name"]), where=where, hint="The ids have moved.")  # fmt: skip
    value = service.exact(row["obs_val"], _layout()["decimals"][unit.base], where)
    constants = {k: indicator[k] for k in ("dataset", "product_code", "measure", "basis", "definition")}
    return constants | {
        "period_end": closed_month(row["date"], where, "yyyy-mm-dd"),
        "ref_area": area,
        "indicator_id": row["indicator_id"],
        "currency": currency,
        "unit": unit.base,
        "adjustment": indicator.get("adjustment", "N"),
        "value": to_base(value, unit),
        "precision": half_last_place(value, unit),
    }


def _currency(row: dict[str, Any], link: dict[str, Any] | None, where: str) -> str:
    known = _layout()["currencies"].get(row["measure2_id"])
    if known is None or (link and str(link["measure2_name"]).strip() not in known["names"]):
        raise ReadError("unknown_id", expected="35 total, 36 RUB, 40 foreign currency",
                        got=f"{row['measure2_id']} {link['measure2_name'] if link else ''}", where=where)  # fmt: skip
    return str(known["code"])


def _area(row: dict[str, Any], link: dict[str, Any] | None, where: str) -> str | None:
    if row["measure1_id"] in (None, _layout()["russia"]):
        return "RUS"
    return areas.resolve(str(link["measure1_name"]), where).code if link else None


def _unit(row: dict[str, Any], link: dict[str, Any] | None, indicator: Mapping[str, Any], where: str) -> Unit:
    if link:
        name = str(link["un_name"]).strip().rstrip(".")
        unit = workbook.UNITS.get(name) or parse_unit(name, where)
        if name != _layout()["unit_names"][indicator["unit"]]:
            raise ReadError("unit_mismatch", expected=_layout()["unit_names"][indicator["unit"]], got=name, where=where)
    else:
        unit = Unit(_layout()["unit_ids"].get(row["unit_id"], "unknown"))
    if unit.base != indicator["unit"]:
        raise ReadError("unit_mismatch", expected=indicator["unit"], got=f"{unit.base} (id {row['unit_id']})",
                        where=where)  # fmt: skip
    return unit
