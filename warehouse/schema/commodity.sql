-- Commodities of the customs tables: one stable code for every printed label.
-- code: Code, as in trade_by_commodity.commodity
-- name_en: Label in English
-- name_zh: Label in Chinese
-- aggregate: Whether its members are spread over the table and overlap other rows: never add it up
CREATE TABLE commodity (code VARCHAR PRIMARY KEY, name_en VARCHAR, name_zh VARCHAR, aggregate BOOLEAN NOT NULL);
