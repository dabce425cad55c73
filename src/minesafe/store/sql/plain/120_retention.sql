-- So that what is over is found and cleared a minute at a time (decision 0122). Rows of a minute
-- come together, so this index only grows at its end, and keeps equal minutes in a few bytes each.
DROP INDEX reading_chunks_minute;
DROP INDEX sighting_chunks_minute;
CREATE INDEX reading_chunks_minute ON reading_chunks (minute);
CREATE INDEX sighting_chunks_minute ON sighting_chunks (minute);

-- Whole pages become free as minutes are cleared, and take in the new ones: they are to be known
-- soon, not when a fifth of a table of years has changed.
ALTER TABLE reading_chunks SET (autovacuum_vacuum_scale_factor = 0.002);
ALTER TABLE sighting_chunks SET (autovacuum_vacuum_scale_factor = 0.002);
ALTER TABLE reading_steps SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE frames SET (autovacuum_vacuum_scale_factor = 0.002);
ALTER TABLE moments SET (autovacuum_vacuum_scale_factor = 0.01);

-- Minutes whose samples are gone are steps of 60 s among the others.
CREATE INDEX reading_steps_minutes ON reading_steps (start) WHERE width_s = 60;

CREATE OR REPLACE VIEW named_minutes AS
  SELECT n.code AS point, to_timestamp(greatest(c.minute, 0) * 60) AS minute, c.lowest,
         c.total / nullif(c.believed, 0) AS mean, c.highest, c.rows AS samples, c.believed, c.feed
  FROM reading_chunks c JOIN names n ON n.id = c.point
  UNION ALL
  SELECT n.code, to_timestamp(greatest(s.start, 0) / 1e6), s.lowest,
         s.total / nullif(s.believed, 0), s.highest, s.samples::integer, s.believed::integer, NULL
  FROM reading_steps s JOIN names n ON n.id = s.point WHERE s.width_s = 60;
