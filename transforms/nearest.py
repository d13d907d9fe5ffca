"""The known table whose title is nearest to that of bytes that no reader takes, and the words that set them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from transforms.banking import html, workbook
from transforms.banking.labels import plain, unmarked
from transforms.model import Payload
from transforms.products import Product

ALIKE = 0.8
"""Share of the words of two titles that must be common: two books of one family differ in one or two of ten."""


def nearest(payload: Payload, products: Mapping[str, Product]) -> str:
    """A sentence on the nearest known title and what differs; '' if none is near."""
    titles = workbook.titles(payload) or [html.page_title(payload)]
    best, said = ALIKE, ""
    for printed in {plain(unmarked(workbook.split_currency(title)[0])).rpartition(",")[0] or plain(title)
                    for title in titles if title}:  # fmt: skip
        for product, known in _known(products):
            matcher = SequenceMatcher(None, printed.split(), plain(known).split(), autojunk=False)
            if matcher.quick_ratio() > best and 1 > (ratio := matcher.ratio()) > best:
                best, said = ratio, f"Nearest is {product}, {known!r}; {_apart(printed, plain(known))}"
    return said


def _known(products: Mapping[str, Product]) -> Iterator[tuple[str, str]]:
    """Titles as layouts state them, in plain words."""
    for name, product in products.items():
        layout = getattr(product, "layout", None)
        if start := getattr(layout, "recognise", ""):
            yield name, start
        for measure in getattr(layout, "measures", {}).values() if hasattr(layout, "recognise") else ():
            yield name, measure.title


def _apart(printed: str, known: str) -> str:
    """Words that only one of two titles has."""
    here, there = printed.split(), known.split()
    more = [word for word in here if word not in there]
    less = [word for word in there if word not in here]
    told = [f"here also {' '.join(more)!r}"] if more else []
    told += [f"without {' '.join(less)!r}"] if less else []
    return " and ".join(told) or "the words stand in another order"
