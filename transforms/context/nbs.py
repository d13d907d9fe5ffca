"""The National Bureau of Statistics of China: prices and activity, from the site of 2026 and from answers of the old
one.

The new service answers 200 even to failures: `success` true and `state` 20000 are asked for. Values are text, periods
202607MM, 202602SS (quarter), 2026YY, regions twelve digits. Names of indicators end with blanks. One of its ways
answers with periods and numbers alone (`dt`, `v`): what they are of stands in the address. The old easyquery
(gone since 27 March 2026) has `strdata`, the figure as published, beside `data`, the unrounded one; `hasdata` false
is no figure. Neither says when it was published. Source: data.stats.gov.cn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from transforms.context import answers
from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "nbs.nbs_query", "nbs", "json"
SUCCESS = 20000
FREQS = {"MM": "M", "SS": "Q", "YY": "A"}
COUNTRY = "000000000000"
_PERIOD = re.compile(r"(\d{4})(\d{2})?(MM|SS|YY)?")
_PRICE = re.compile(r"(.+?)\s*[(（](上年同月|上月|上年同期)=100[)）]")
_ACTIVITY = re.compile(r"(.+?)[_\s]*(当期值|累计值|同比增长|累计增长)\s*(?:[(（](.+)[)）])?")
Value = tuple[str, str, str, str, str, str]  # key, name, unit, region, period, number as printed


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    if not isinstance(said, dict):
        return False
    return {"success", "state"} <= said.keys() or {"returncode", "returndata"} <= said.keys()


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every figure. Raises ReadError `service_error`, `no_figures` (an index); unknown names are set aside."""
    said = answers.json_of(payload)
    points = Points()
    for number, value in enumerate(_old(said, payload) if "returncode" in said else _new(said, payload), start=1):
        _add(value, points, f"{payload.name} value {number}")
    return reading_of(PRODUCT, points, title="Statistics of the NBS", language="zh", where=payload.name)


def body(said: Any, where: str) -> Any:
    """What an answer of the new service carries. Raises ReadError `service_error` for a failure that came with 200."""
    if said.get("success") is not True or said.get("state") != SUCCESS:
        raise ReadError(
            "service_error",
            expected=f"success true and state {SUCCESS}",
            got=f"success {said.get('success')}, state {said.get('state')}: {said.get('message', '')}",
            where=where,
        )
    return said["data"]


def names(said: Any, where: str) -> dict[str, str]:
    """Ids by name (blanks removed) from an index of catalogues or indicators: ids change with every base year.

    Raises ReadError `service_error`, `not_an_index`.
    """
    data = body(said, where)
    listed = data.get("list") if isinstance(data, dict) else data
    try:
        return {"".join(str(node.get("name") or node["i_showname"]).split()): str(node["_id"]) for node in listed or ()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ReadError("not_an_index", expected="names with their ids", got=str(error), where=where) from error


def headline(name: str) -> bool:
    """Is it an indicator of a whole subject that nbs.yaml names, and not one of its parts?"""
    means = _meaning(name, "%") or _meaning(name, "亿元")
    return means is not None and not str(means["product_code"]).startswith("LABEL_")


def _new(said: Any, payload: Payload) -> Iterator[Value]:
    data = body(said, payload.name)
    if isinstance(data, list) and data and all("dt" in row and "v" in row for row in data):
        yield from _bare(data, payload)
        return
    if isinstance(data, dict) or any("values" not in node for node in data):
        raise ReadError(
            "no_figures", expected="values by period", got="an index of catalogues or indicators", where=payload.name
        )
    for node in data:
        for value in node["values"]:
            printed = value.get("value", value.get("v"))
            yield str(value["_id"]), value["i_showname"], value.get("du_name", ""), value["da"], node["code"], printed


def _bare(data: Any, payload: Payload) -> Iterator[Value]:
    asked = {name: found[0] for name, found in parse_qs(urlsplit(payload.url).query).items()}
    if not {"id", "name", "da"} <= asked.keys():
        raise ReadError(
            "no_figures",
            expected="an address that names the indicator and the region",
            got=payload.url or "none",
            where=payload.name,
        )
    for row in data:
        yield asked["id"], asked["name"], row.get("du_name", ""), asked["da"], row["dt"], row["v"]


def _old(said: Any, payload: Payload) -> Iterator[Value]:
    if said["returncode"] != 200:
        raise ReadError("service_error", expected="returncode 200", got=str(said["returncode"]), where=payload.name)
    listed = {
        node["wdcode"]: {entry["code"]: entry for entry in node["nodes"]} for node in said["returndata"]["wdnodes"]
    }
    for node in said["returndata"]["datanodes"]:
        codes = {word["wdcode"]: word["valuecode"] for word in node["wds"]}
        if not node["data"]["hasdata"]:
            continue
        entry = listed["zb"][codes["zb"]]
        region = codes.get("reg", "").ljust(12, "0")
        yield codes["zb"], entry["cname"], entry.get("unit", ""), region, codes["sj"], node["data"]["strdata"]


def _add(value: Value, points: Points, where: str) -> None:
    key, name, unit, region, period, printed = value
    name = " ".join(str(name).split())
    means = _meaning(name, unit)
    province = layout("nbs")["provinces"].get(region[:2]) if region.endswith("0" * 10) else None
    area = "CHN" if region == COUNTRY else f"CN-{province}" if province else None
    match = _PERIOD.fullmatch(str(period))
    if means is None or area is None or match is None:
        what = "an indicator that nbs.yaml names" if means is None else "a region" if area is None else "a period"
        points.leave(
            f"{name} {region} {period}", "unknown_indicator", f"expected {what}, got {name} {region} {period}", where
        )
        return
    number = answers.clear_number(printed, f"{name} {region} {period}", where, points)
    if number is None:
        return
    freq = FREQS[match[3]] if match[3] else "M" if match[2] else "A"
    quarter = f"Q{int(match[2])}" if freq == "Q" else match[2] or ""
    end, _ = answers.period(match[1] + ("" if freq == "A" else f"-{quarter}"), where)
    points.found.append(Point(f"{key}.{region}", end, number, means | {"ref_area": area, "freq": freq}, name))


def _meaning(name: str, unit: str) -> dict[str, Any] | None:
    """Dimensions and unit of an indicator by its Chinese name; None if it is not known for certain."""
    book = layout("nbs")
    if match := _PRICE.fullmatch(name):
        subject = match[1]
        known = book["prices"].get(subject)
        if known is None and not subject.endswith(tuple(book["prices"])):
            return None
        return {
            "dataset": "price_index",
            "product_code": known or f"LABEL_{subject}",
            "measure": "index",
            "unit": "index",
            "places": 1,
            **book["bases"][match[2]],
        }
    match = _ACTIVITY.fullmatch(name)
    printed = (match[3] or unit or "").strip() if match else ""
    growth = match is not None and book["forms"][match[2]]["measure"].startswith("growth")
    if match and match[1] in book["activity"] and printed in book["units"] and growth == (printed == "%"):
        return {
            "dataset": "china_activity",
            "product_code": book["activity"][match[1]],
            **book["forms"][match[2]],
            **book["units"][printed],
        }
    return None
