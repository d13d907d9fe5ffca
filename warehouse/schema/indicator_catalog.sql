-- What every indicator is: formula, inputs, unit, caveats and the reference of the method.
-- Key: indicator_id.
-- indicator_id: Key of the indicator
-- title: Name in plain words
-- formula: How it is computed
-- unit: Unit of its values
-- inputs: What it is computed from, as a JSON list: filters on series dimensions, {"record": table} or {"indicator": id}
-- freq: D daily, M monthly, Q quarterly, A annual, I irregular
-- lookback: Months back that one value compares; empty where all of the past counts
-- caveat: What it does not say
-- reference: Source of the method
-- unknown: Why a value that was known may be known no more (value null in indicator)
CREATE TABLE indicator_catalog (
    indicator_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    formula VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    inputs VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    lookback INTEGER,
    caveat VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    unknown VARCHAR
);
