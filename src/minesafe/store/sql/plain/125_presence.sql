-- Who was on which roadway, a row a minute (decision 0126), and which samples were not believed:
-- nothing is written there while all is well. Times are microseconds, minutes 60 million of them.

-- `body` is squeezed by store/presences.py: everybody of a minute, by person and roadway.
CREATE TABLE presences (
  minute bigint NOT NULL,
  rows integer NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE presences ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX presences_minute ON presences (minute);

-- Minutes before this one have no such row: their chunks are read.
CREATE TABLE presences_since (minute bigint NOT NULL);
INSERT INTO presences_since SELECT coalesce(max(minute) + 1, -9223372036854775808)
FROM sighting_chunks;

CREATE TABLE reading_spells (
  minute bigint NOT NULL,
  point integer NOT NULL,
  samples integer NOT NULL,
  quality smallint NOT NULL
);
CREATE INDEX reading_spells_point ON reading_spells (point, minute);
