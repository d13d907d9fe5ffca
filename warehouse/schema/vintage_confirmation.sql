-- Days on which a release said a value again that was known: no vintage, but the value counts as of that day where values of different
-- ages meet (a printed year to date beside a sum of months, a figure and its base a year earlier).
-- Key: series_id, period_end, confirmed_on.
-- series_id: Key of the series, see table series
-- period_end: Last day of the observed period
-- confirmed_on: Day on which it was said again
-- vintage_date: Vintage that was said again, see vintage.observation
-- value: Its value, in the base unit of the series
-- release_id: Release that said it, see ops.release
-- vintage_kind: observed (somebody saw it that day) or inferred (by the rule stated in ops.release)
CREATE TABLE vintage.confirmation (
    series_id VARCHAR NOT NULL,
    period_end DATE NOT NULL,
    confirmed_on DATE NOT NULL,
    vintage_date DATE NOT NULL,
    value DOUBLE NOT NULL,
    release_id VARCHAR NOT NULL,
    vintage_kind VARCHAR NOT NULL
);
