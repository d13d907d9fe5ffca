"""The customs products by their short names, as tests use them: `from tests.transforms.customs_products import ...`."""

from __future__ import annotations

from transforms.products import Product, all_products


def __getattr__(name: str) -> Product:
    try:
        return all_products()[f"gacc.{name}"]
    except KeyError:
        raise AttributeError(name) from None
