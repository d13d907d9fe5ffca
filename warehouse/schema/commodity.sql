-- Commodities of the customs tables, one stable code for every printed label, and HS codes of China's tariff year by year.
-- Every code of eight digits of 2015 to 2023 is here, as the customs list them; of other years those that downloads print.
-- code: Code, as in trade_by_commodity.commodity; HS_ and the digits for an HS code, as in customs_microdata.hs8
-- version: Year of China's tariff that an HS code is of, since eight-digit codes change every January; null for rows of the tables
-- hs_edition: Edition of the Harmonized System that the first six digits follow in that year; null for rows of the tables
-- name_en: Label in English; null where only the Chinese one is known
-- name_zh: Label in Chinese; null where only the English one is known
-- unit: Base unit of the first quantity of an HS code, as in customs_microdata.quantity_unit; null where the lists do not have the code
-- unit2: Base unit of the second quantity; null where it has none, or the lists do not have the code
-- unit_zh: Unit of the first quantity as the customs list it in Chinese (头, 千克); the lists in English misprint some
-- unit2_zh: Unit of the second quantity as listed
-- aggregate: Whether its members are spread over the table and overlap other rows: never add it up
CREATE TABLE commodity (
    code VARCHAR NOT NULL, version INTEGER, hs_edition INTEGER, name_en VARCHAR, name_zh VARCHAR,
    unit VARCHAR, unit2 VARCHAR, unit_zh VARCHAR, unit2_zh VARCHAR, aggregate BOOLEAN NOT NULL,
    UNIQUE (code, version)
);
