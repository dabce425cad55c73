-- What the mine measured. Times are microseconds since 1970-01-01 UTC (bigint): any time a device
-- claims can be stored exactly, and no sample can make a COPY fail.

-- How far each spool and each journal has been taken over. A new data directory counts from 1
-- again; its own row keeps its numbers from being taken for those of an older one.
CREATE TABLE feeds (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  identity text NOT NULL UNIQUE,
  through bigint NOT NULL DEFAULT 0
);

-- Ids of the configuration as small numbers that stay, whatever row they have in a revision.
CREATE TABLE names (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what text NOT NULL,
  code text NOT NULL,
  UNIQUE (what, code)
);

CREATE TABLE revision_rows (
  revision text NOT NULL,
  what text NOT NULL,
  row_number integer NOT NULL,
  name integer NOT NULL REFERENCES names,
  PRIMARY KEY (revision, what, row_number)
);

CREATE TABLE frames (
  feed smallint NOT NULL,
  seq bigint NOT NULL,
  now bigint NOT NULL,
  revision text NOT NULL,
  PRIMARY KEY (feed, seq)
);

-- Columns are ordered so that no padding is stored.
CREATE TABLE readings (
  sampled bigint NOT NULL,
  received bigint NOT NULL,
  value double precision NOT NULL,
  seq bigint NOT NULL,
  ord integer NOT NULL,
  point integer NOT NULL,
  feed smallint NOT NULL,
  quality smallint NOT NULL
);
CREATE INDEX readings_point ON readings (point, sampled);

CREATE TABLE sightings (
  sampled bigint NOT NULL,
  received bigint NOT NULL,
  chainage double precision NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  z double precision NOT NULL,
  seq bigint NOT NULL,
  ord integer NOT NULL,
  tag integer NOT NULL,
  station integer NOT NULL,
  roadway integer NOT NULL,
  level integer NOT NULL,
  error real NOT NULL,
  feed smallint NOT NULL,
  flags smallint NOT NULL,
  quality smallint NOT NULL
);
CREATE INDEX sightings_tag ON sightings (tag, sampled);

-- For people and Grafana: names and calendar times. A name of 0 is "none".
CREATE VIEW named_readings AS
  SELECT n.code AS point, to_timestamp(greatest(r.sampled, 0) / 1e6) AS sampled,
         r.value, r.quality, r.feed, r.seq
  FROM readings r JOIN names n ON n.id = r.point;

CREATE VIEW named_sightings AS
  SELECT p.code AS person, to_timestamp(greatest(s.sampled, 0) / 1e6) AS sampled,
         w.code AS roadway, s.chainage, s.x, s.y, s.z, s.error, s.flags, s.quality, s.feed, s.seq
  FROM sightings s
  JOIN names p ON p.id = s.tag
  LEFT JOIN names w ON w.id = s.roadway;
