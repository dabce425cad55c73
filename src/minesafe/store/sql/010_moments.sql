-- What was known at a moment: once a minute the newest row of everything , so that the map of any
-- moment is one of these and the rows since. Bodies are squeezed by store/squeeze.py. All of it
-- comes of rows that are stored anyway.
CREATE TABLE moments (
  seq bigint NOT NULL,
  now bigint NOT NULL,
  feed smallint NOT NULL,
  readings bytea[] NOT NULL,
  sightings bytea[] NOT NULL,
  PRIMARY KEY (feed, seq)
);
ALTER TABLE moments ALTER COLUMN readings SET STORAGE EXTERNAL;
ALTER TABLE moments ALTER COLUMN sightings SET STORAGE EXTERNAL;
CREATE INDEX moments_now ON moments (now);
