"""IMF PortWatch's Monthly TradeNow: an early estimate of a country's trade from ship movements. Every value is
estimated.

`value_*` and `volume_*` are indices about 100, `ais_import_*` and `ais_export_*` tonnes, `ais_portcalls_*` counts. An
answer with `exceededTransferLimit` is cut. It does not say when it was published; the layer's Last-Modified does.
Source: IMF PortWatch, portwatch.imf.org; to be named as the source.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from transforms import areas
from transforms.context import answers
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "portwatch.trade_now", "portwatch", "json"
STAMP = "esriFieldTypeDate"
"""Type of a field of the service whose values are milliseconds; days as text are esriFieldTypeDateOnly."""
NO_FIGURES = {"region", "ISO3", "date", "ObjectId"}


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    if not isinstance(said, dict):
        return False
    names = {field.get("name") for field in said.get("fields", []) if isinstance(field, dict)}
    return {"ISO3", "trade_value", "trade_volume"} <= names


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every estimate. Raises ReadError `cut`, `bad_period`; an area or column that is not known is set aside."""
    said: dict[str, Any] = answers.json_of(payload)
    if said.get("exceededTransferLimit"):
        raise ReadError(
            "cut",
            expected="a whole answer",
            got="exceededTransferLimit",
            where=payload.name,
            hint="Ask for fewer countries or months.",
        )
    stamped = any(field.get("name") == "date" and field.get("type") == STAMP for field in said["fields"])
    known, points = set(areas.names()["code"]), Points(notes=["estimates from ship movements, no customs figures"])
    for number, feature in enumerate(said["features"], start=1):
        row, where = feature["attributes"], f"{payload.name} feature {number}"
        day, freq = answers.period(_day(row["date"], stamped), where)
        if freq != "D" or day.day != 1:
            raise ReadError("bad_period", expected="the first of a month", got=str(row["date"]), where=where)
        if row["ISO3"] not in known:
            points.leave(str(row["region"]), "unknown_area", f"expected an ISO 3166 code, got {row['ISO3']}", where)
            continue
        for name, cell in row.items():
            if name in NO_FIGURES or cell is None:
                continue
            means = _meaning(name)
            if means is None:
                points.leave(name, "unknown_column", "expected a measure that is known", payload.name)
                continue
            value = answers.clear_number(cell, f"{row['ISO3']} {day:%Y-%m} {name}", where, points)
            if value is None:
                continue
            full = {
                "dataset": "trade_nowcast",
                "ref_area": row["ISO3"],
                "basis": "month",
                "definition": "IMF_TRADENOW",
                **means,
            }
            points.found.append(Point(f"{row['ISO3']}.{name}", month_end(day.year, day.month), value, full, name, "E"))
    return reading_of(PRODUCT, points, title="IMF PortWatch TradeNow", where=payload.name)


def _day(printed: Any, stamped: bool) -> str:
    """The day of a feature: as text, or as milliseconds since 1970 in UTC where the field is declared so."""
    if stamped and isinstance(printed, Decimal):
        return f"{datetime.fromtimestamp(int(printed) // 1000, UTC):%Y-%m-%d}"
    return str(printed)


def _meaning(name: str) -> dict[str, Any] | None:
    """Dimensions and unit of a column: ais_import_tanker, ais_portcalls_roro, value_import_total, trade_volume."""
    match name.split("_"):
        case "ais", "portcalls", ships, *more:
            return {"measure": "port_calls", "product_code": "_".join((ships, *more)).upper(), "unit": "count"}
        case "ais", ("import" | "export") as flow, ships, *more:
            product = "_".join((ships, *more)).upper()
            return {"flow": flow, "measure": "quantity", "product_code": product, "unit": "kg", "factor": 1000}
        case ("value" | "volume") as measure, ("import" | "export") as flow, "total":
            return {"flow": flow, "measure": f"{measure}_index", "product_code": "TOTAL", "unit": "index"}
        case "trade", ("value" | "volume") as measure:
            return {"flow": "total", "measure": f"{measure}_index", "product_code": "TOTAL", "unit": "index"}
    return None
