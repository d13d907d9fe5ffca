"""ALFRED's page /series/downloaddata: the vintages that a series has. It holds days, no figures.

Table: `series`, `published`. Source: ALFRED, Federal Reserve Bank of St. Louis.
"""

from __future__ import annotations

import re
from datetime import date

import polars as pl
from bs4 import BeautifulSoup

from transforms.context import answers
from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release

PRODUCT, SOURCE, EXTENSION = "alfred.fred_vintages", "alfred", "html"
LIST = "form_selected_vintage_dates"


def recognise(payload: Payload) -> bool:
    return LIST.encode() in payload.content and b"ALFRED" in payload.content


def vintages(payload: Payload) -> tuple[str, list[date]]:
    """Id of the series and its vintages in order. Raises ReadError `no_table`, `bad_period`."""
    page = BeautifulSoup(answers.text(payload), "lxml")
    title = page.title.get_text(" ", strip=True) if page.title else ""
    listed, named = page.find("select", id=LIST), re.search(r"\(([A-Z0-9_]+)\)", title)
    if not named or listed is None:
        raise ReadError(
            "no_table", expected="a title with the id and the list of vintages", got=title, where=payload.name
        )
    try:
        days = [date.fromisoformat(str(option["value"])) for option in listed.find_all("option")]
    except (ValueError, KeyError):
        raise ReadError("bad_period", expected="days", got="another option", where=payload.name) from None
    if not days or days != sorted(set(days)):
        raise ReadError("bad_period", expected="vintages in order, each once", got=str(days[:3]), where=payload.name)
    return named[1], days


def read(payload: Payload) -> Reading:
    """The list, without an observation."""
    identity, days = vintages(payload)
    table = pl.DataFrame({"series": [identity] * len(days), "published": days})
    release = Release(PRODUCT, f"{days[-1]:%Y-%m-%d}", title=f"Vintages of {identity}")
    return Reading(release, table, pl.DataFrame(schema=dict(OBSERVATION)), notes=("a list of vintages, no figures",))
