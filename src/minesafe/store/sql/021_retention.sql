-- How far has been cleared away (store/retention.py): samples before `through` are gone. One row.
CREATE TABLE retention (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  through bigint NOT NULL,
  turned timestamptz NOT NULL DEFAULT clock_timestamp()
);
