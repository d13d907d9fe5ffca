-- Systemic banking crises since 1970 that signals of early warning are judged by: Laeven and Valencia (2020), 151 crises.
-- Key: area, start_year.
-- area: ISO 3166 alpha-3 code of the country
-- start_year: First year of the crisis
-- start_month: First month, 1 to 12; null where only the year is known
-- end_year: Last year by the edition of 2012, five years at most; null where the crisis went on in 2011, or began later or otherwise there
CREATE TABLE banking_crisis (
    area VARCHAR NOT NULL, start_year INTEGER NOT NULL, start_month INTEGER, end_year INTEGER, UNIQUE (area, start_year)
);
