"""Kills and faults, as a script that anybody can repeat: `python -m tests.faults --kills 200`."""
