"""What must hold. One module a product, named like the reader: `expectations(context) -> list[Expectation]`.

Expectations are those of Great Expectations, each with its why (rules.py), and a few kinds of our own (kinds.py).
A suite module may have `prepare(frame) -> frame`, which adds columns to judge, such as the ratio to the day before.
gate.py judges all new releases of a product in one batch; it alone runs Great Expectations, and only when there is
something to judge.
"""
