-- Where a live series continues a shipped one: whether they agree on the periods that both have, within their roundings.
-- Key: series_id.
-- series_id: Series that the shipped context and live releases both have
-- state: equal; revised (they differ, the live series goes as far back); break (they differ, older periods are shipped ones); apart (no common period)
-- shipped_release: Newest shipped release of the series
-- live_release: Newest live release of the series
-- shipped_until: Last shipped period
-- live_from: First live period
-- overlap: Periods that both have
-- unequal: Periods of those on which no two of their figures agree
-- largest: Largest difference among those, in the unit of the series; null if there is none
-- unequal_since: First of those periods; null if there is none
CREATE TABLE ops.seam (
    series_id VARCHAR PRIMARY KEY,
    state VARCHAR NOT NULL,
    shipped_release VARCHAR NOT NULL,
    live_release VARCHAR NOT NULL,
    shipped_until DATE NOT NULL,
    live_from DATE NOT NULL,
    overlap BIGINT NOT NULL,
    unequal BIGINT NOT NULL,
    largest DOUBLE,
    unequal_since DATE
);
