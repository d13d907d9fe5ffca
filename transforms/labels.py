"""Label books: YAML files that name every printed label of a thing (area, regime, commodity) beside its one code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from transforms.model import ReadError

OF_WHICH = re.compile(r"^\s*(of which|其中)\s*[:：]?\s*", re.IGNORECASE)
