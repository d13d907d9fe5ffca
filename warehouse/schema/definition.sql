-- Whose definition a banking figure follows. Different definitions are different series and are never mixed.
-- definition: Code, as in series.definition
-- family: loans, overdue, problem, restructured, flow ...: what kind of amount it defines
-- scope: Code of the loans it is a part of; only these two may be divided by each other
-- meaning: What is counted
-- source: Where it is defined
-- breaks: Dates at which the meaning changed, with the reason
CREATE TABLE definition (
    definition VARCHAR PRIMARY KEY, family VARCHAR NOT NULL, scope VARCHAR, meaning VARCHAR NOT NULL, source VARCHAR,
    breaks VARCHAR
);
