"""Spoiled files. The suite makes a few thousand; PORTVAULT_TEST_MUTANTS=15 makes fifteen times as many, some 50,000."""

import os

MANY = int(os.environ.get("PORTVAULT_TEST_MUTANTS", "1"))
