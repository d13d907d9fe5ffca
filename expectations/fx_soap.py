"""SOAP GetCursDynamic, GetCursOnDate: official rates in roubles, held to what the XML scripts must meet."""

from __future__ import annotations

from expectations.fx_dynamic import expectations, prepare

__all__ = ["expectations", "prepare"]
