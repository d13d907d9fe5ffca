-- Every vintage of every derived indicator. An indicator changes when one of its inputs does.
-- One row per series, period and vintage. The vintage is the newest among the inputs.
-- Key: series_id, period_end, vintage_date.
-- indicator_id: Which indicator, see indicator_catalog
-- series_id: Key of the indicator series, see table series
-- period_end: Last day of the period it speaks of
-- vintage_date: Day from which it could be known
-- value: The value in the unit of the indicator; null from the day on which what was known before can be told no more
-- vintage_kind: observed, or inferred if the vintage of any input is inferred
-- change: first or revised
-- obs_status: SDMX: E derived, B derived across a break of the definition (see definition_break), U a part is unreliable, O known no more
-- release_id: Release of the newest input
CREATE TABLE vintage.indicator (
    indicator_id VARCHAR NOT NULL,
    series_id VARCHAR NOT NULL,
    period_end DATE NOT NULL,
    vintage_date DATE NOT NULL,
    value DOUBLE,
    vintage_kind VARCHAR NOT NULL,
    change VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL
);
