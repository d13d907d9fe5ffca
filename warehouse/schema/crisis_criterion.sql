-- What CMASF's system of early warning formally calls a systemic banking crisis: any one criterion is enough.
-- An outlet that asks for all of them at once is wrong.
-- A value may be held against a threshold only if it is a share of the same thing: the 10 percent is a share of the assets of
-- the whole banking system, never comparable with a share of household loans.
-- criterion: Code
-- what: What is counted
-- scope: What the share is a share of
-- threshold: Percent that must be exceeded; null where an event is meant
-- unit: percent or event
CREATE TABLE crisis_criterion (
    criterion VARCHAR PRIMARY KEY, what VARCHAR NOT NULL, scope VARCHAR NOT NULL, threshold DOUBLE, unit VARCHAR NOT NULL
);
