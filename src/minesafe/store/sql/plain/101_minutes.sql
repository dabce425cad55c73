-- A plain PostgreSQL: what is of the last minutes as narrow rows without an index, everything
-- before as one row a point and minute (decision 0104). Times are microseconds, minutes 60 of them.

DROP VIEW named_readings;
DROP VIEW named_sightings;

-- What a server of an earlier version stored stays where it is, with its index.
ALTER TABLE readings RENAME TO readings_before;
ALTER TABLE sightings RENAME TO sightings_before;

-- A minute of frames goes into the slot of its number modulo four, and is emptied as a whole.
CREATE TABLE readings_0 (LIKE readings_before);
CREATE TABLE readings_1 (LIKE readings_before);
CREATE TABLE readings_2 (LIKE readings_before);
CREATE TABLE readings_3 (LIKE readings_before);
CREATE TABLE sightings_0 (LIKE sightings_before);
CREATE TABLE sightings_1 (LIKE sightings_before);
CREATE TABLE sightings_2 (LIKE sightings_before);
CREATE TABLE sightings_3 (LIKE sightings_before);

CREATE TABLE slots (name text PRIMARY KEY, minute bigint);
INSERT INTO slots (name)
SELECT what || '_' || slot
FROM unnest(ARRAY['readings', 'sightings']) AS what, generate_series(0, 3) AS slot;

CREATE VIEW readings AS
  SELECT * FROM readings_before
  UNION ALL SELECT * FROM readings_0 UNION ALL SELECT * FROM readings_1
  UNION ALL SELECT * FROM readings_2 UNION ALL SELECT * FROM readings_3;
CREATE VIEW sightings AS
  SELECT * FROM sightings_before
  UNION ALL SELECT * FROM sightings_0 UNION ALL SELECT * FROM sightings_1
  UNION ALL SELECT * FROM sightings_2 UNION ALL SELECT * FROM sightings_3;

-- `body` is squeezed by store/squeeze.py; the other columns are the minute's own step of a trend.
-- Numbers are NULL where no sample of the minute is believed.
CREATE TABLE reading_chunks (
  minute bigint NOT NULL,
  first bigint,
  last bigint,
  lowest double precision,
  highest double precision,
  total double precision,
  opening double precision,
  closing double precision,
  point integer NOT NULL,
  rows integer NOT NULL,
  believed integer NOT NULL,
  feed smallint NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE reading_chunks ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX reading_chunks_point ON reading_chunks (point, minute);
CREATE INDEX reading_chunks_minute ON reading_chunks USING brin (minute);

CREATE TABLE sighting_chunks (
  minute bigint NOT NULL,
  tag integer NOT NULL,
  rows integer NOT NULL,
  feed smallint NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE sighting_chunks ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX sighting_chunks_tag ON sighting_chunks (tag, minute);
CREATE INDEX sighting_chunks_minute ON sighting_chunks USING brin (minute);

-- Steps of five minutes and of an hour, added to as minutes are closed.
CREATE TABLE reading_steps (
  start bigint NOT NULL,
  first bigint,
  last bigint,
  samples bigint NOT NULL,
  believed bigint NOT NULL,
  lowest double precision,
  highest double precision,
  total double precision,
  opening double precision,
  closing double precision,
  point integer NOT NULL,
  width_s smallint NOT NULL,
  PRIMARY KEY (point, width_s, start)
) WITH (fillfactor = 80);

-- For people and Grafana: names and calendar times. A name of 0 is "none".
CREATE VIEW named_readings AS
  SELECT n.code AS point, to_timestamp(greatest(r.sampled, 0) / 1e6) AS sampled,
         r.value, r.quality, r.feed, r.seq
  FROM readings r JOIN names n ON n.id = r.point;

CREATE VIEW named_minutes AS
  SELECT n.code AS point, to_timestamp(greatest(c.minute, 0) * 60) AS minute, c.lowest,
         c.total / nullif(c.believed, 0) AS mean, c.highest, c.rows AS samples, c.believed, c.feed
  FROM reading_chunks c JOIN names n ON n.id = c.point;

CREATE VIEW named_sightings AS
  SELECT p.code AS person, to_timestamp(greatest(s.sampled, 0) / 1e6) AS sampled,
         w.code AS roadway, s.chainage, s.x, s.y, s.z, s.error, s.flags, s.quality, s.feed, s.seq
  FROM sightings s
  JOIN names p ON p.id = s.tag
  LEFT JOIN names w ON w.id = s.roadway;
