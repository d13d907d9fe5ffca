"""Helpers of the customs reader tests: a page with one thing changed, and the code of its refusal."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.banking.books import believed
from tests.transforms.customs_pages import Cell, chinese, english, workbook
from transforms.model import Payload, ReadError, SetAside
from transforms.products import Product

Rows = tuple[str, list[list[Cell]]]


def page(rows: Rows, *changes: tuple[str, str]) -> Payload:
    """The English page of these rows, with texts replaced once each (the text must be there)."""
    text = english(*rows).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Payload(text.encode(), "page.html")


def article(rows: Rows) -> Payload:
    return Payload(chinese(*rows), "article.html")


def sheet(name: str, rows: Rows, left: int = 0, top: int = 0) -> Payload:
    return Payload(workbook(name, rows[1], left=left, top=top), "2026041409284388537.xls")


def refused(product: Product, payload: Payload) -> ReadError:
    with pytest.raises(ReadError) as caught:
        believed(product.read(payload))
    return caught.value


def fault(product: Product, payload: Payload) -> ReadError | SetAside:
    """What is wrong: the refusal, or the first row that the reading sets aside."""
    try:
        reading = believed(product.read(payload))
    except ReadError as error:
        return error
    assert reading.set_aside, "nothing is wrong"
    return reading.set_aside[0]


def same(product: Product, *payloads: Payload) -> pl.DataFrame:
    """The observations that every payload gives alike, labels aside; each must be recognised."""
    readings = []
    for payload in payloads:
        assert product.recognise(payload), payload.name
        readings.append(product.read(payload).observations.drop("native_title"))
    for other in readings[1:]:
        assert other.equals(readings[0])
    return readings[0]
