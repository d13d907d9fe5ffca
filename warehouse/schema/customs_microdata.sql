-- Downloads of GACC's online query: trade by eight-digit commodity code, partner and, where asked for, regime and region.
-- A download shows every month as revised by then; rows of several downloads may repeat each other: customs_microdata_newest has each once.
-- The same rows are beside the file as Parquet, one file a download: parquet/customs_microdata/*.parquet.
-- period_start: First day of what the row adds up: of the month, or of the first of several months that a query without months sums
-- period_end: Last day of the month, or of the last of them
-- flow: export or import; the file does not say, whoever ingested it did
-- hs8: Code of the Harmonized System as China uses it in that year, eight digits or as few as the query asked for; TOTAL for all goods
-- hs_name: Name of the commodity as served; by code and year in table commodity
-- partner: ISO 3166 alpha-3 code of the partner
-- regime: Customs regime (REGIME_...); null where the query did not ask for it
-- region: Province of registration of the trader (ISO 3166-2); null where the query did not ask for it
-- quantity: First quantity, in quantity_unit
-- quantity_unit: Unit of the first quantity: a base unit (1,000 items are 1000 count)
-- quantity2: Second quantity, in quantity2_unit
-- quantity2_unit: Unit of the second quantity
-- value: Value in currency, single units
-- currency: USD or CNY
-- release_id: Release it came from
CREATE TABLE customs_microdata (
    period_start DATE NOT NULL, period_end DATE NOT NULL, flow VARCHAR NOT NULL, hs8 VARCHAR NOT NULL, hs_name VARCHAR, partner VARCHAR, regime VARCHAR,
    region VARCHAR, quantity DOUBLE, quantity_unit VARCHAR, quantity2 DOUBLE, quantity2_unit VARCHAR, value DOUBLE,
    currency VARCHAR NOT NULL, release_id VARCHAR NOT NULL
);
