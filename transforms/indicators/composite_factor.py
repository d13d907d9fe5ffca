"""A composite by another method beside the chosen weights: what its components have in common, by a dynamic factor."""

from __future__ import annotations

from transforms.indicators.common_factor import LEAST
from transforms.indicators.composite import PARTS, WHOLE, declared

_REFERENCE = (
    "Stock and Watson (1989), New indexes of coincident and leading economic indicators, NBER Macroeconomics Annual 4; "
    "Doz, Giannone and Reichlin (2011), Journal of Econometrics 164(1): two-step estimation"
)
_CAVEAT = (
    "Of the components that are known in the newest month alone, over the window of composite.yaml, from "
    f"{LEAST} months on in which all are. Estimated anew each day; a factor of a handful of series is itself uncertain."
)

factor = declared(
    "composite_factor",
    "What the components of the composite have in common, by a dynamic factor",
    "standard_deviations",
    WHOLE,
    "factor * sum of weight * loading / sum of weights: what the composite would be if its components had nothing of "
    "their own; loadings by the first principal component, the factor an autoregression filtered up to each month",
    _CAVEAT,
    _REFERENCE,
)
difference = declared(
    "composite_factor_difference",
    "The composite less what its components have in common",
    "standard_deviations",
    WHOLE,
    "composite - composite_factor",
    "Far from zero: the composite says what single components say. " + _CAVEAT,
    _REFERENCE,
)
loading = declared(
    "composite_factor_loading",
    "Loading of a component of the composite on their dynamic factor",
    "standard_deviations",
    PARTS,
    "standard deviations by which the component moves with one of the factor; the component is the product",
    "Beside the chosen weight: near zero it has nothing in common with the others. " + _CAVEAT,
    _REFERENCE,
)
