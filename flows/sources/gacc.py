"""What both sites of GACC need: which products a title announces, for which period."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from transforms.customs.table import layout
from transforms.customs.titles import parse_title
from transforms.products import all_products


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Words of a table's name -> the products that are printed under it. The readers' layouts say so."""
    found: dict[str, list[str]] = {}
    for name, module in all_products().items():
        path = str(getattr(module, "__file__", ""))
        if name.startswith("gacc.") and Path(path).with_suffix(".yaml").exists():
            for words in layout(path).get("titles", ()):
                found.setdefault(words, []).append(name)
    return {words: tuple(names) for words, names in found.items()}


def announced(title: str) -> tuple[tuple[str, ...], str]:
    """(products, period YYYY-MM or "") of a title in an index; no products if nothing here reads such a table."""
    parsed = parse_title(title)
    return _words().get(parsed.words, ()), parsed.period
