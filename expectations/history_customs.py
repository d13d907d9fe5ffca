"""What the shipped customs figures satisfy among themselves, with the results stated when they were collected.

Where several releases or copies speak of the same thing, some pairs disagree for a known reason; `known` counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.questions import Check, rules
from expectations.rules import Rule

_GACC = "history/gacc/"
USD_2021, CNY_2023, MIRROR = f"{_GACC}totals_usd_2021_2026", f"{_GACC}totals_cny_2023_2024", f"{_GACC}totals_usd_mirror"
CNY_2024, USD_2024_09 = f"{_GACC}by_partner_bulletin_cny_2024", f"{_GACC}by_partner_bulletin_usd_2024_09"
SELECTED, ROUNDED = f"{_GACC}by_partner_bulletin_cny_selected", f"{_GACC}by_partner_bulletin_cny_selected_rounded"
PRELIMINARY, REGIMES = f"{_GACC}by_partner_preliminary_cny", f"{_GACC}by_regime_bulletin_usd"
EXPORTS_TO_US = f"{_GACC}exports_to_us_usd"
PARTNERS = f"'{CNY_2024}', '{USD_2024_09}', '{SELECTED}', '{ROUNDED}', '{PRELIMINARY}'"
CELL = "block, vintage_date, counterpart_area, currency, basis, period_end"
_NOISE = 1e-9
"""Binary floating point, of terms of up to 1e13."""


def _flows(signs: str, blocks: str) -> str:
    """Flows of one cell, each with its sign, make zero within their rounding."""
    return f"""
        SELECT block AS subject, abs(sum(value * sign)) > sum(precision) + sum(abs(value)) * 1e-12 AS bad,
            concat_ws(' ', counterpart_area, basis, period_end, 'off by', sum(value * sign)) AS example
        FROM claims JOIN (VALUES {signs}) AS terms (flow, sign) USING (flow)
        WHERE measure = 'value' AND block IN ({blocks}) GROUP BY {CELL} HAVING count(*) = 3"""


def _parts(parts: str, whole: str, blocks: str, basis: str = "month") -> str:
    """Values of `parts` make that of `whole` (both give `name`, what they are parts of) within the rounding of all."""
    return f"""
        WITH p AS ({parts}), w AS ({whole})
        SELECT block AS subject,
            abs(sum(p.value) - any_value(w.value)) > sum(p.precision) + any_value(w.precision) + sum(p.value) * 1e-12 AS bad,
            concat_ws(' ', name, flow, basis, period_end, 'parts', sum(p.value), 'whole', any_value(w.value)) AS example
        FROM p JOIN w USING (name, block, flow, basis, period_end, vintage_date)
        WHERE block IN ({blocks}) AND basis IN ({basis})
        GROUP BY name, block, flow, basis, period_end, vintage_date"""


_AT = "block, flow, basis, period_end, vintage_date, value, precision"
_VALUES = "claims WHERE measure = 'value'"
_COUNTRIES = f"SELECT continent AS name, {_AT} FROM claims JOIN area ON code = counterpart_area WHERE measure = 'value'"
_CONTINENTS = "(SELECT DISTINCT continent FROM area WHERE continent IS NOT NULL)"


CHECKS: Mapping[str, Check] = {
    "export_plus_import_is_total": Check(
        _flows("('export', 1), ('import', 1), ('total', -1)", f"'{USD_2021}', '{CNY_2023}'"),
        "63 months in dollars and 24 months with years to date in yuan, each within rounding.",
        cases=63 + 48,
    ),
    "export_less_import_is_balance": Check(
        _flows("('export', 1), ('import', -1), ('balance', -1)", f"'{USD_2021}', '{CNY_2023}'"),
        "The same for the balance.",
        cases=63 + 48,
    ),
    "partners_export_plus_import_is_total": Check(
        _flows("('export', 1), ('import', 1), ('total', -1)", PARTNERS),
        "",
    ),
    "countries_make_continents": Check(
        _parts(_COUNTRIES, f"SELECT counterpart_area AS name, {_AT} FROM {_VALUES}", f"'{CNY_2024}', '{USD_2024_09}'", "'month'"),
        "",
    ),
    "continents_make_the_world": Check(
        _parts(
            f"SELECT 'WORLD' AS name, {_AT} FROM {_VALUES} AND (counterpart_area IN {_CONTINENTS} OR counterpart_area = 'UNKNOWN')",
            f"SELECT counterpart_area AS name, {_AT} FROM {_VALUES}", f"'{CNY_2024}', '{USD_2024_09}'", "'month', 'ytd'"),
        "",
    ),
    "regimes_make_the_total": Check(
        _parts(
            f"SELECT 'TOTAL' AS name, {_AT} FROM {_VALUES} AND dataset = 'trade_by_regime'",
            f"SELECT product_code AS name, {_AT} FROM {_VALUES} AND dataset = 'trade_total'", f"'{REGIMES}'", "'month', 'ytd'"),
        "",
    ),
}


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    return rules(CHECKS)
