"""What must hold. One module a product, named like the reader: `expectations(context) -> list[Rule]`.

A suite module may also have `prepare(frame) -> frame`, which adds what rules need: the gap of an identity and what
rounding allows it. Rules are plain data (rules.py); gate.py alone imports Great Expectations, and only when it runs.
"""
