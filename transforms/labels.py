"""Label books: YAML files that name every printed label of a thing (area, regime, commodity) beside its one code."""

from __future__ import annotations

import re

OF_WHICH = re.compile(r"^\s*(of which|其中)\s*[:：]?\s*", re.IGNORECASE)
