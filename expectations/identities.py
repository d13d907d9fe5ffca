"""The sums that releases print (Reading.identities), one row a sum as `transforms.identities.judged` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, holds
from transforms.identities import judged

prepare = judged


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [holds("sums as printed", "off", "rounding", "Parts that are printed beside their whole make it.",
                  relation="<=")]  # fmt: skip
