-- Countries, territories, groups, Russian regions and Chinese provinces that occur as ref_area, counterpart_area or region.
-- Key: code.
-- code: ISO 3166 alpha-3, ISO 3166-2 for Russian regions and Chinese provinces, RUS_FD_... for federal districts, or a group code
-- name_en: Name in English; null for Russian regions
-- name_zh: Name in Chinese as GACC prints it
-- name_ru: Name in Russian
-- kind: country, group, province, federal_district, region, part_of_region or other; groups overlap their members
-- customs_code: Three-digit partner code, or two-digit code of a province, of China's customs
-- note: Membership of groups and other remarks
CREATE TABLE area (
    code VARCHAR PRIMARY KEY, name_en VARCHAR, name_zh VARCHAR, name_ru VARCHAR, kind VARCHAR NOT NULL,
    customs_code VARCHAR, note VARCHAR
);
