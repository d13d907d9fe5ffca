-- Countries, territories and groups that occur as ref_area or counterpart_area.
-- code: ISO 3166 alpha-3, ISO 3166-2 for regions, or a group code
-- name_en: Name in English
-- name_zh: Name in Chinese as GACC prints it
-- kind: country, group, region or other
CREATE TABLE area (code VARCHAR PRIMARY KEY, name_en VARCHAR NOT NULL, name_zh VARCHAR, kind VARCHAR NOT NULL);
