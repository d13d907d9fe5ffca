"""What a product's layout says, as data: one YAML file a product, typed, whose errors name the file and the field.

A layout names its `reader`, a module with a class `Layout` (what its layouts hold beyond the fields here) and two
functions, `recognise(payload, layout)` and `read(payload, layout)`. A product that is read like no other is a module
with the names of `transforms.products.Product` instead, and needs no layout of this kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transforms import yaml_file
from transforms.model import Payload, Reading

ROOM = Path(__file__).parent
_DECLARES = re.compile(r"^product: *(\S+)", re.MULTILINE)
_IS_PRODUCT = re.compile(r"^PRODUCT\b[^\n\"]*= *\"([^\"\n]+)\"", re.MULTILINE)


class Layout(BaseModel):
    """The fields that every layout has. A reader's own class adds what it needs; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: str = Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")  # full id: cbr.ruonia
    reader: str  # module that reads it, below transforms: banking.regional
    source: str = "cbr"
    extension: str = "xlsx"  # what the archive calls its files
    title: str  # of the product, for its releases
    suite: str = ""  # below expectations, judges its table; "" for one of the product's own name
    options: dict[str, str] = {}  # what only the person who ingests a file can tell: name -> what it is
    note: str = ""  # where the wording comes from, what to know


class Declared:
    """A product of a layout, with the names of the Product protocol."""

    def __init__(self, path: Path) -> None:
        self.path, self.layout = path, load(path)
        self.PRODUCT, self.SOURCE, self.EXTENSION = self.layout.product, self.layout.source, self.layout.extension
        self._reader: Any = import_module(f"transforms.{self.layout.reader}")

    def recognise(self, payload: Payload) -> bool:
        return bool(self._reader.recognise(payload, self.layout))

    def read(self, payload: Payload) -> Reading:
        reading: Reading = self._reader.read(payload, self.layout)
        return reading


class BadLayout(ValueError):
    """A layout that does not say what it must: the message names the file and each field."""


@cache
def load(path: Path) -> Layout:
    """The layout of a YAML file, typed by its reader's own class. BadLayout names the file and the field."""
    data = yaml_file.load(path)
    try:
        kind = import_module(f"transforms.{data['reader']}").Layout
        layout: Layout = kind.model_validate(data)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadLayout(f"{path.name}: {wrong}") from error
    except (KeyError, ModuleNotFoundError, AttributeError) as error:
        raise BadLayout(f"{path.name}: reader: no module with a Layout ({error})") from error
    return layout


def declared(stating: str = "product") -> Iterator[tuple[str, Path]]:
    """Every product that a layout in this room declares, with its file, in the order of the files' names.

    With `stating` those alone whose file states that field. No layout is loaded, nor its reader.
    """
    states = re.compile(rf"^{re.escape(stating)}:", re.MULTILINE)
    for path in sorted(ROOM.glob("*/**/*.yaml")):
        text = path.read_text("utf-8")
        if (product := _DECLARES.search(text)) and states.search(text):
            yield product[1], path


def layouts(stating: str = "product") -> Iterator[Layout]:
    """The layouts themselves, loaded."""
    return (load(path) for _, path in declared(stating))


def modules() -> Iterator[tuple[str, str]]:
    """Every product of this room that is a module of its own, one that states PRODUCT, with the module's name."""
    for path in sorted(ROOM.glob("*/**/*.py")):
        if product := _IS_PRODUCT.search(path.read_text("utf-8")):
            yield product[1], ".".join(("transforms", *path.relative_to(ROOM).with_suffix("").parts))
