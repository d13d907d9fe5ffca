"""Tariffs once more: duties and imports added up month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.transforms.indicators.plain.rows import Cell, Past, Row
from transforms.indicators.rerouting import connector_sets

Spans = dict[tuple[str, int], tuple[float, float, Row]]  # basis and month -> duty, imports, the row of the month


def _spans(past: Past, named: dict[str, str], imports: dict[int, Row]) -> Spans:
    duty = past.one(named, measure="calculated_duty")
    found: Spans = {}
    for month in imports.keys() & duty.keys():
        found["month", month] = duty[month]["value"], imports[month]["value"], imports[month]
        year = range(month - month % 12, month + 1)
        if named["product_code"] == "TOTAL" and all(m in imports and m in duty for m in year):
            sums = (sum(part[m]["value"] for m in year) for part in (duty, imports))
            found["ytd", month] = *sums, imports[month]  # type: ignore[assignment]
    return found


def _suppliers(past: Past) -> Iterator[tuple[dict[str, str], Spans]]:
    for named, imports in past.of(dataset="mirror_trade", measure="value", definition="IMPORTS_FOR_CONSUMPTION",
                                  basis="month", unit="USD", flow="import"):  # fmt: skip
        yield named, _spans(past, named, imports)


def tariff_effective(past: Past) -> Iterator[Cell]:
    for named, spans in _suppliers(past):
        for (basis, _), (duty, imports, row) in spans.items():
            if imports > 0:
                yield named | {"basis": basis}, row["period_end"], 100 * duty / imports


def tariff_wedge(past: Past) -> Iterator[Cell]:
    everyone = list(_suppliers(past))
    for named, spans in everyone:
        china = next((s for n, s in everyone if n == named | {"counterpart_area": "CHN"}), {})
        if named["counterpart_area"] != "CHN":
            for key in spans.keys() & china.keys():
                duty, imports, row = spans[key]
                if imports > 0 and china[key][1] > 0:
                    points = 100 * (china[key][0] / china[key][1] - duty / imports)
                    yield named | {"basis": key[0]}, row["period_end"], points


def tariff_wedge_connectors(past: Past) -> Iterator[Cell]:
    everyone = list(_suppliers(past))
    for label, members in connector_sets().items():
        for named, china in everyone:
            if named["counterpart_area"] != "CHN":
                continue
            found = [[s for n, s in everyone if n == named | {"counterpart_area": code}] for code in members]
            if not all(found):
                continue
            for key, (duty, imports, row) in china.items():
                if all(key in spans for [spans] in found):
                    duties, bought = (sum(spans[key][i] for [spans] in found) for i in (0, 1))
                    if imports > 0 and bought > 0:
                        points = 100 * (duty / imports - duties / bought)
                        yield named | {"basis": key[0], "definition": label}, row["period_end"], points


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function for function in (tariff_effective, tariff_wedge, tariff_wedge_connectors)
}
