-- So that frames can be read again as they were (store/past.py).

-- How many rows a frame came with; NULL where it was stored before this was kept.
ALTER TABLE frames ADD COLUMN readings integer;
ALTER TABLE frames ADD COLUMN sightings integer;

-- Rows sampled more than a minute away from the minute of their frame: of whom, in which hour, and
-- within which frames. Whoever reads frames again looks there besides.
CREATE TABLE late_hours (
  seq_from bigint NOT NULL,
  seq_to bigint NOT NULL,
  hour bigint NOT NULL,
  key integer NOT NULL,
  feed smallint NOT NULL,
  what text NOT NULL,
  PRIMARY KEY (feed, what, key, hour)
);
CREATE INDEX late_hours_seq ON late_hours (feed, what, seq_to);
