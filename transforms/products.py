"""All products there are, and recognition of one by what its bytes contain.

A product is a layout that names its reader, or a module with the names of the Product protocol. Both are found by
walking this room (transforms.layout): none is listed here, and none is loaded before it is asked for.
"""

from __future__ import annotations

import csv
import logging
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeGuard

import polars as pl
from bs4 import BeautifulSoup

from transforms import code_pages, layout, unrecognised
from transforms.banking.delimited import delimited
from transforms.model import Payload, ReadError, Reading

PROSE = "reports.narrative"
log = logging.getLogger("portvault.products")
_FIGURE = re.compile(r"[-+−]?\d[\d\s.,]*%?")
_SENTENCE_FIGURE = re.compile(
    r"\d[\d.,]*\s*(?:%|percent|per cent|процент|(?:trillion|billion|million|trn|bn|трлн|млрд|млн)\b)", re.IGNORECASE
)  # an amount as prose states it, with its unit behind it


class Product(Protocol):
    PRODUCT: str  # e.g. gacc.by_partner_preliminary
    SOURCE: str  # the source that publishes it: gacc_en, cbr ...
    EXTENSION: str  # html, xlsx, xml: what the archive calls its files

    def recognise(self, payload: Payload) -> bool:
        """Cheap and certain: do title words and structure (not the file name) say it is this product?"""

    def read(self, payload: Payload) -> Reading:
        """Everything the bytes say, or ReadError."""


class Totals(Protocol):
    """What a stream of rows amounts to, kept while it passes."""

    aside: Any  # what of the stream is left out

    def watch(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]: ...

    def again(self) -> Totals | None:
        """What a second reading of the stream is to be summed up in, where the first showed that it takes one."""

    def reading(self, records: Mapping[str, pl.DataFrame]) -> Reading: ...


class StreamedProduct(Product, Protocol):
    """A product whose files may be too long for memory: read row by row from disk into one table."""

    TABLE: str  # the table its rows fill
    Summary: type[Totals]

    def stream(self, path: Path, options: Mapping[str, str], aside: Any, name: str = "") -> Iterator[pl.DataFrame]:
        """The rows in frames of bounded length, or ReadError. `aside`, of the Totals, takes what is left out; messages
        call the file `name`."""


def is_streamed(product: Product) -> TypeGuard[StreamedProduct]:
    return hasattr(product, "stream")


class _Products(Mapping[str, Product]):
    """Products by id, in the order of the ids. One is loaded, with its layout and reader, when it is asked for."""

    def __init__(self) -> None:
        found: list[tuple[str, Callable[[], Any]]] = [
            *((name, partial(import_module, module)) for name, module in layout.modules()),
            *((name, partial(layout.Declared, path)) for name, path in layout.declared()),
        ]
        self._makers = dict(sorted(found, key=itemgetter(0)))
        if twice := [name for name, count in Counter(name for name, _ in found).items() if count > 1]:
            raise ValueError(f"two products are called {twice[0]}")
        self._made: dict[str, Product] = {}

    def __getitem__(self, name: str) -> Product:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@cache
def all_products() -> Mapping[str, Product]:
    """Every product by its full id, in the order of the ids."""
    return _Products()


def options() -> dict[str, dict[str, str]]:
    """What only the person who ingests a file can tell: name -> product -> what it is, as each product declares it."""
    found: dict[str, dict[str, str]] = {}
    for name, product in all_products().items():
        layout_of = getattr(product, "layout", None)
        declared = {**getattr(product, "OPTIONS", {}), **getattr(layout_of, "options", {})}
        for option, what in declared.items():
            found.setdefault(option, {})[name] = what
    return dict(sorted(found.items()))


def recognise(payload: Payload) -> Product:
    """The one product that recognises the bytes; else ReadError `unrecognised`, `ambiguous`.

    Bytes that are known to hold no figures are told as what they are: `soap_fault`, `server_error`, `empty` ...
    """
    from transforms.customs.index_page import refuse_index
    from transforms.customs.pages import refuse_unread
    from transforms.customs.resaved import refuse_resaved
    from transforms.nearest import nearest
    from transforms.refusals import refuse_error_answer, refuse_non_data

    unrecognised.refuse_error_page(payload)
    refuse_non_data(payload)
    unrecognised.refuse_known(payload)
    found = [product for product in all_products().values() if _takes(product, payload)]
    if len(found) > 1:  # a known table is that, whatever is said around it
        found = [product for product in found if product.PRODUCT != PROSE]
    only_prose = all(product.PRODUCT == PROSE for product in found)
    if only_prose:
        refuse_unread(payload)
        refuse_index(payload)
        if not found or payload.content.startswith(b"%PDF"):
            refuse_resaved(payload)
    if not found and payload.content.lstrip()[:1] == b"<" and (wrong := code_pages.wrong_code_page(payload.content)):
        got = f"{unrecognised.describe(payload)}, {wrong}"
        raise ReadError("wrong_code_page", expected="the code page that the file declares", got=got, where=payload.name,
                        hint="Save it again from the browser as it was served.")  # fmt: skip
    heads, figures = table_without_reader(payload) if only_prose else ("", 0)
    if heads and not (found and _read_of_it(found[0], payload) > figures / 2):
        raise ReadError("no_reader", expected="a table that a product reads, or prose",
                        got=f"{unrecognised.describe(payload)}: its figures stand in the table", where=payload.name,
                        hint=f"No product has the columns {heads}; nothing was read of it as prose. If a program saved "
                        "it again, ingest the page, workbook or download itself.")  # fmt: skip
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(product.PRODUCT for product in found)
        raise ReadError("ambiguous", expected="one product", got=names, where=payload.name, hint="Pass --product.")
    refuse_error_answer(payload)
    unrecognised.refuse_english_book(payload)
    near = nearest(payload, all_products())
    raise ReadError(
        "unrecognised",
        expected=f"a table of one of the {len(all_products())} products that `portvault status` lists",
        got=unrecognised.describe(payload),
        where=payload.name,
        hint=f"{near}. If it is that table, its layout must learn the title."
        if near
        else "If a program saved it again, ingest the page, workbook or download itself. Pass --product if you know "
        "what it is; the README says what can be ingested.",
    )


def _takes(product: Product, payload: Payload) -> bool:
    """Does the product recognise the bytes? One that stumbles over the bytes of others does not, and harms none."""
    try:
        return product.recognise(payload)
    except (csv.Error, LookupError, ValueError, TypeError, AttributeError, struct.error):
        log.debug("not recognised", extra={"product": product.PRODUCT}, exc_info=True)
        return False


FIGURES = 12
"""Cells with figures from which a table is the matter of a page: a notice has a handful in a frame at most."""


def _read_of_it(prose: Product, payload: Payload) -> int:
    """How many figures the reader of reports is certain of: it reads tables too whose columns it knows."""
    try:
        return prose.read(payload).records["reported_figure"].height
    except ReadError:
        return 0


def table_without_reader(payload: Payload) -> tuple[str, int]:
    """Headings of the largest table and its number of figures if these stand in it rather than in sentences."""
    if payload.content[:4] == b"%PDF":
        return "", 0
    if b"<table" not in payload.content.lower():
        return _delimited_without_reader(payload.content)
    soup = BeautifulSoup(payload.content, "lxml")
    largest, most = "", 0
    for table in soup.find_all("table"):
        if table.find("table"):
            continue
        cells = [" ".join(cell.get_text(" ").split()) for cell in table.find_all(["td", "th"])]
        figures = sum(bool(_FIGURE.fullmatch(cell)) for cell in cells)
        if figures > most and (row := table.find("tr")):
            most = figures
            largest = " | ".join(" ".join(c.get_text(" ").split()) for c in row.find_all(["td", "th"]))
        table.extract()
    said = len(_SENTENCE_FIGURE.findall(soup.get_text(" ")))
    return (largest, most) if most >= FIGURES and most > 2 * said else ("", 0)


def _delimited_without_reader(content: bytes) -> tuple[str, int]:
    """The first line of delimited text whose lines are mostly of one width and hold figures, and their number."""
    rows, _ = delimited(content)
    widths = Counter(map(len, rows)).most_common(1)
    figures = sum(bool(_FIGURE.fullmatch(cell)) for row in rows for cell in row)
    even = widths and widths[0][0] > 1 and widths[0][1] > len(rows) / 2
    return (" | ".join(rows[0][:6]), figures) if even and figures >= FIGURES else ("", 0)
