"""Tables of major commodities: preliminary (5) and (6), bulletin (13) and (14)."""

from __future__ import annotations

from expectations.customs import commodity_prepare, commodity_rules

prepare = commodity_prepare
expectations = commodity_rules
