-- Records as they are looked for: of what, by whom, how grave, in which words.
ALTER TABLE events ADD COLUMN severity text;
ALTER TABLE events ADD COLUMN actor text;
-- Ids of everything in it.
ALTER TABLE events ADD COLUMN about text[];
-- Its words, lower case, and what they are found by (PostgreSQL has no parser for Chinese).
ALTER TABLE events ADD COLUMN said text;
ALTER TABLE events ADD COLUMN grams text[];
CREATE INDEX events_recorded ON events (feed, recorded, position);
CREATE INDEX events_valid ON events (feed, valid);
CREATE INDEX events_about ON events USING gin (about);
CREATE INDEX events_grams ON events USING gin (grams);

-- Who writes: a later start of the same server, or another one, is refused what is not its own.
ALTER TABLE feeds ADD COLUMN epoch integer NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN writer text NOT NULL DEFAULT '';

-- How its rows were made: rows of an older making are cleared and written again from the journal.
ALTER TABLE feeds ADD COLUMN making integer NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN clearing boolean NOT NULL DEFAULT false;

-- Which configuration was in force since when, for people and Grafana.
CREATE VIEW revisions AS
  SELECT feed, position, body ->> 'revision' AS revision, to_timestamp(valid / 1e6) AS since,
         to_timestamp(lead(valid) OVER (PARTITION BY feed ORDER BY position) / 1e6) AS until,
         to_timestamp(recorded / 1e6) AS recorded, body -> 'by' AS by, body -> 'files' AS files
  FROM events WHERE kind = 'revision_approved';
