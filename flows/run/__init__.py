"""One run: extract, read, assemble, check, publish, report; and what a person decides afterwards."""
