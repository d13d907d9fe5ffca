"""How the mandatory ratios of banks lie: quantiles, and who is short of the minimum or near it."""

from __future__ import annotations

import polars as pl

from transforms.indicators import capital_requirements
from transforms.indicators.bank_forms import BY, FSI, NEEDS, RATIOS, over_banks
from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import Part, align, pick
from transforms.indicators.trade import KEYS

FULL = 2.5
"""Percentage points of the capital conservation buffer of Basel III in full: one mark over all years."""
NEAR = 1.0
"""Percentage points above minimum and buffers within which a bank is near."""
QUANTILES = (10, 25, 50, 75, 90)
_RATIOS = series(dataset="bank_ratio", product_code=RATIOS)
_ASSETS = series(dataset="bank_balance", measure="assets")
_REFERENCE = "Bank of Russia, Instruction 199-I on mandatory ratios, form 135; " + FSI


def quantile(values: list[float], percent: int) -> float:
    """Quantile of sorted values by linear interpolation; of one value itself."""
    if len(values) == 1:
        return values[0]
    place = (len(values) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _quantiles(panel: pl.DataFrame) -> dict[str, float]:
    values = sorted(panel["value"].to_list())
    return {f"P{percent}": quantile(values, percent) for percent in QUANTILES}


@indicator(
    id="bank_ratio_quantile",
    title="Quantiles of a mandatory ratio over banks",
    unit="percent",
    by=BY,
    inputs=(_RATIOS,),
    lookback=0,
    formula="quantile (P10 ... P90, the definition) of the ratio over the banks known, each bank counts once",
    reference=_REFERENCE,
    caveat=NEEDS + "A large bank counts as a small one; read it with bank_form_count.",
)
def quantiles(build: Build) -> pl.DataFrame:
    rows = pick(build.vintages, dataset="bank_ratio", product_code=RATIOS)
    return over_banks([rows], "bank_ratio_quantile", "percent", _quantiles)


@indicator(
    id="bank_short_share",
    title="Share of banks short of a minimum of capital or liquidity, or near it",
    unit="percent",
    by=BY,
    inputs=(_RATIOS, _ASSETS),
    lookback=0,
    formula=f"100 * banks (COUNT) or their assets (ASSETS) with the ratio below its minimum (SHORT); for capital also "
    f"below minimum + buffers in force of the bank + {NEAR} points (NEAR), and below minimum + {FULL} + {NEAR} "
    "(NEAR_FULL) / all banks known or their assets; minima, buffers and surcharges by day: capital_requirements.yaml",
    reference=_REFERENCE,
    caveat=NEEDS
    + "NEAR is not stated in 2024 and from 2026 on: the size of the conservation buffer then is not known here. "
    f"NEAR_FULL takes the full one ({FULL}) in all years, without surcharges. The surcharge for systemic importance is "
    "that of the banks on the lists of 2015 to October 2025, from the day of the list. "
    "Assets where form 101 of the bank is known.",
)
def short_share(build: Build) -> pl.DataFrame:
    ratios = pick(build.vintages, dataset="bank_ratio", product_code=capital_requirements.ratios())
    assets = pick(build.vintages, dataset="bank_balance", measure="assets")
    both = align(KEYS, ratio=Part(ratios), assets=Part(assets, on=("ref_area", "counterpart_area"), across="assets"))
    weighed = both.with_columns(value=pl.col("ratio"), precision=pl.col("assets"))  # the weight travels in its column
    counted = over_banks([ratios.with_columns(precision=pl.lit(1.0))], "bank_short_share", "percent", _short("COUNT"))
    return pl.concat([counted, over_banks([weighed], "bank_short_share", "percent", _short("ASSETS"))])


def _short(name: str):  # type: ignore[no-untyped-def]
    """Shares of the banks, weighed by the column precision, that are below each mark of their ratio."""

    def shares(panel: pl.DataFrame) -> dict[str, float]:
        ratio, end = panel["product_code"][0], panel["period_end"][0]
        least, whole = capital_requirements.minimum(ratio, end), float(panel["precision"].sum())
        if least is None or not whole:
            return {}
        marks = {"SHORT": pl.lit(least)}
        if ratio.startswith("N1"):
            marks["NEAR_FULL"] = pl.lit(least + FULL + NEAR)
            held = [capital_requirements.buffers(bank, end) for bank in panel["counterpart_area"]]
            if None not in held:
                marks["NEAR"] = least + NEAR + pl.lit(pl.Series(held, dtype=pl.Float64))
        return {f"{mark}_{name}": 100 * float(panel.filter(pl.col("value") < level)["precision"].sum()) / whole
                for mark, level in marks.items()}  # fmt: skip

    return shares
