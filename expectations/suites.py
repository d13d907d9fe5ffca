"""The suite of a product, found by its full id: sources may have products of one name.

A product calls its suite by name (`suite` of its layout, SUITE of its module), or has one of its own name. A suite is a
file of rules (stated.py), or a module where the rules follow from a layout or are questions of a whole warehouse.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations import stated
from transforms.layout import Declared, Layout
from transforms.products import all_products

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

HERE = Path(__file__).parent
_OF_NO_PRODUCT = re.compile(r"^def expectations\(", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
    """What must hold for the table of a product."""

    expectations: Callable[[Mapping[str, Any]], list[Expectation]]
    prepare: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame


def names() -> list[str]:
    """All suites: those of layouts by the ids of their products, those of other products by their short names, and
    those of no product (candidate, identities ...) by the names of their modules."""
    of_none = {path.stem for path in HERE.glob("*.py") if _OF_NO_PRODUCT.search(path.read_text("utf-8"))}
    made = set(of_none)
    for id_, one in all_products().items():
        name = id_.rpartition(".")[2]
        if isinstance(one, Declared):
            made.add(id_)
        elif hasattr(one, "SUITE") or any(HERE.glob(f"{name}.*")):
            made.add(name)
    return sorted(made)


@cache
def of(product: str) -> Suite | None:
    """The suite of a product by its full id, or of that name; None if it has none."""
    known = all_products().get(product)
    source, _, name = product.rpartition(".")
    layout = known.layout if isinstance(known, Declared) else None
    if named := layout.suite if layout else getattr(known, "SUITE", ""):
        return _suite(named, layout)
    same_name = [other for other in all_products() if other.rpartition(".")[2] == name]
    if len(same_name) > 1 and product != same_name[0]:
        return _suite(f"{source}_{name}", layout)
    if not known and same_name and product == name:  # by the short name of a product that calls its suite otherwise
        return of(same_name[0])
    return _suite(f"{source}_{name}", layout) or _suite(name, layout)


def _suite(name: str, layout: Layout | None) -> Suite | None:
    """The suite of that name: of a file, or of a module, which may make one of a `layout`."""
    if file := stated.load(name):
        return Suite(partial(stated.rules_of, file), partial(stated.prepare, file))
    if f"expectations.{name}" not in sys.modules and not (HERE / f"{name}.py").is_file():
        return None
    module: Any = import_module(f"expectations.{name}")
    if layout and hasattr(module, "of"):
        made: Suite = module.of(layout)
        return made
    return Suite(module.expectations, getattr(module, "prepare", lambda frame: frame))
