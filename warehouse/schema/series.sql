-- Every series and what identifies it. The dimensions follow SDMX; together they are the key.
-- Key: series_id.
-- series_id: The key: dataset, then the other dimensions separated by dots; _ where one does not apply
-- dataset: What it belongs to: the wide table of that name (trade_total, household_loans ...) where there is one; indicator for derived ones
-- title: What it is, in English
-- ref_area: Who reports: ISO 3166 code or group code, see table area
-- counterpart_area: With whom: the same codes; WORLD for all partners
-- flow: export, import, total, balance
-- product_code: Commodity, customs regime or loan product
-- measure: value, quantity, debt, overdue, rate, growth_yoy ...
-- basis: month, ytd (year to date), year, stock, rate, index
-- definition: Whose definition, see table definition; different definitions are never mixed
-- currency: Currency of the statistic; for loans that of denomination, ALL for roubles and foreign together
-- unit: Unit of all values of the series
-- freq: D daily, M monthly, Q quarterly, A annual, I irregular
-- adjustment: N as published, SA seasonally adjusted, by the publisher or by Portvault (dataset indicator)
-- source: Publisher of the newest value
-- native_title: The label as the source prints it
-- first_period: First period with a value
-- last_period: Last period with a value
-- observations: Number of periods with a value
CREATE TABLE series (
    series_id VARCHAR PRIMARY KEY,
    dataset VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    ref_area VARCHAR NOT NULL,
    counterpart_area VARCHAR NOT NULL,
    flow VARCHAR NOT NULL,
    product_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    adjustment VARCHAR NOT NULL,
    source VARCHAR,
    native_title VARCHAR,
    first_period DATE NOT NULL,
    last_period DATE NOT NULL,
    observations INTEGER NOT NULL
);
CREATE MACRO known_series(id) AS CASE WHEN EXISTS (SELECT 1 FROM series WHERE series_id = id) THEN id ELSE error(
    'there is no series ' || coalesce(id, 'NULL') || '; table series has them all'
)::VARCHAR END;
COMMENT ON MACRO known_series IS 'The series, or an error that there is none of that id';
