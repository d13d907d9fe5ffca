-- Result of every expectation that a release or this warehouse had to meet.
-- suite: Suite of expectations: a product, candidate for the warehouse as a whole, history_... for the shipped figures
-- subject: What was checked: a release, the candidate, or the shipped history
-- expectation: Kind of expectation
-- column_name: Column it is about
-- success: Whether it was met
-- severity: fail refuses the release, warn only reports
-- observed: What was found
-- expected: What was expected
-- why: Why this is expected
CREATE TABLE ops.check_result (
    suite VARCHAR NOT NULL, subject VARCHAR NOT NULL, expectation VARCHAR NOT NULL, column_name VARCHAR,
    success BOOLEAN NOT NULL, severity VARCHAR NOT NULL, observed VARCHAR, expected VARCHAR, why VARCHAR
);
