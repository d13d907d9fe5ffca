-- Customs regimes (trade modes) of China's customs, one code for every printed label.
-- Key: code.
-- code: Code, as in trade_by_regime.regime and customs_microdata.regime
-- customs_code: Two-digit code of the online query; null where its list does not have the regime
-- name_en: Name in English
-- name_zh: Name in Chinese
CREATE TABLE regime (code VARCHAR PRIMARY KEY, customs_code VARCHAR, name_en VARCHAR NOT NULL, name_zh VARCHAR NOT NULL);
