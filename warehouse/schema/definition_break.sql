-- Dates at which the meaning of a definition changed: levels before and after do not compare.
-- definition: Code, as in series.definition
-- period_end: First period on the new basis
-- why: What changed
CREATE TABLE definition_break (definition VARCHAR NOT NULL, period_end DATE NOT NULL, why VARCHAR NOT NULL);
