-- Series of the Bank of Russia's data service as catalogued: ids are not promised stable, resolve by name.
-- category_id: Id of the category
-- indicator_id: Id of the indicator
-- category: Name of the category, in Russian
-- indicator: Name of the indicator, in Russian
-- begin_year: First year with data
-- end_year: Last year with data when catalogued
-- source: Where the catalogue was read
-- release_id: History block it came from
CREATE TABLE data_service_series (
    category_id INTEGER NOT NULL, indicator_id INTEGER NOT NULL, category VARCHAR, indicator VARCHAR, begin_year INTEGER,
    end_year INTEGER, source VARCHAR, release_id VARCHAR NOT NULL
);
