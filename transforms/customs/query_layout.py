"""What the online query calls its fields and units: online_query.yaml, typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from transforms import yaml_file
from transforms.customs.table_layout import Bound


class QueryLayout(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: dict[str, tuple[str, ...]]  # name here: headings as served, folded and without blanks
    totals: tuple[str, ...]
    no_unit: tuple[str, ...]
    units: dict[str, dict[int, tuple[str, ...]]]  # base unit: how many of it: units as served
    set_aside: Bound


@cache
def layout() -> QueryLayout:
    """The layout; a ValidationError names the field that is wrong."""
    return QueryLayout.model_validate(yaml_file.load(Path(__file__).with_name("online_query.yaml")))
