-- Figures that another claim of the same day replaced: a day has one word on an observation. Of the claims of one day a final figure comes
-- after a preliminary one, then one seen later after one seen earlier, then more digits after fewer; the last that says something new stands.
-- Key: series_id, period_end, vintage_date, release_id, value.
-- series_id: Key of the series, see table series
-- period_end: Last day of the observed period
-- vintage_date: Day of the claims
-- value: What was claimed, in the base unit of the series
-- precision: Half of the last published place, in the same unit; null if unknown
-- obs_status: SDMX status: P preliminary, A normal, E estimated, U printed so but contradicted by its own parts
-- release_id: Release that claimed it, see ops.release
-- replaced_by: Release whose word stands for that day
-- first_seen: When the claim was first seen, UTC
CREATE TABLE ops.claim_replaced (
    series_id VARCHAR NOT NULL,
    period_end DATE NOT NULL,
    vintage_date DATE NOT NULL,
    value DOUBLE NOT NULL,
    precision DOUBLE,
    obs_status VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    replaced_by VARCHAR NOT NULL,
    first_seen TIMESTAMP NOT NULL
);
