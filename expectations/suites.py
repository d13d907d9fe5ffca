"""Which suite judges a product: by its full id, so that two sources may have products of one short name.

A product of a layout names its suite there: a template, which makes the rules from the layout, or a module. Any other
product has the module `expectations.<source>_<name>`, or `expectations.<name>` where no other source has that name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.layout import Declared
from transforms.products import all_products

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Suite:
    """What must hold for the table of a product."""

    expectations: Callable[[Mapping[str, Any]], list[Expectation]]
    prepare: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame


@cache
def of(product: str) -> Suite | None:
    """The suite of a product by its full id, or of that name; None if it has none."""
    known = all_products().get(product)
    source, _, name = product.rpartition(".")
    if isinstance(known, Declared):
        module = import_module(f"expectations.{known.layout.suite or name}")
        if hasattr(module, "of"):
            made: Suite = module.of(known.layout)
            return made
        return _plain(module)
    for candidate in (f"{source}_{name}", name):
        if f"expectations.{candidate}" in sys.modules or (HERE / f"{candidate}.py").is_file():
            shared = [other for other in all_products() if other.rpartition(".")[2] == name]
            if candidate == name and len(shared) > 1 and product != shared[0]:
                return None
            return _plain(import_module(f"expectations.{candidate}"))
    return None


def _plain(module: Any) -> Suite:
    return Suite(module.expectations, getattr(module, "prepare", lambda frame: frame))
