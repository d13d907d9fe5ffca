"""What must hold. A suite is a file of rules, each with its why (`<product>.yaml`, see stated.py), found by suites.py.

Expectations are those of Great Expectations, made by the words of rules.py, and a few kinds of our own (kinds.py).
Modules are suites whose rules follow from a layout (dated, workbooks) or are questions of a whole warehouse (candidate,
history_*). gate.py judges all new releases of a product in one batch; it alone runs Great Expectations, and only when
there is something to judge.
"""
