"""Spoiled files. The suite makes a few thousand; MUTANTS=15 makes fifteen times as many, some 50,000."""

import os

MANY = int(os.environ.get("MUTANTS", "1"))
