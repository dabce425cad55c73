-- TimescaleDB (2.20 or newer, with its community module): samples as hypertables of a day, packed
-- after a day, minutes, five minutes and hours as continuous aggregates. Times are microseconds.
-- The extension itself is made by whoever owns the database: CREATE EXTENSION timescaledb.

CREATE FUNCTION now_us() RETURNS bigint LANGUAGE sql STABLE AS
  $$ SELECT (extract(epoch FROM now()) * 1000000)::bigint $$;

SELECT create_hypertable('readings', by_range('sampled', 86400000000),
                         create_default_indexes => false, migrate_data => true);
SELECT create_hypertable('sightings', by_range('sampled', 86400000000),
                         create_default_indexes => false, migrate_data => true);
SELECT set_integer_now_func('readings', 'now_us');
SELECT set_integer_now_func('sightings', 'now_us');

ALTER TABLE readings SET (timescaledb.compress, timescaledb.compress_segmentby = 'point',
                          timescaledb.compress_orderby = 'sampled, feed, seq, ord');
ALTER TABLE sightings SET (timescaledb.compress, timescaledb.compress_segmentby = 'tag',
                           timescaledb.compress_orderby = 'sampled, feed, seq, ord');
SELECT add_compression_policy('readings', compress_after => 86400000000);
SELECT add_compression_policy('sightings', compress_after => 86400000000);

-- By quality; numbers are of finite values. Of several at one time either may be first or last.
CREATE MATERIALIZED VIEW reading_60
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT point, quality, time_bucket(60000000, sampled) AS start, count(*) AS samples,
       count(*) FILTER (WHERE abs(value) < 'infinity') AS believed,
       min(value) FILTER (WHERE abs(value) < 'infinity') AS lowest,
       max(value) FILTER (WHERE abs(value) < 'infinity') AS highest,
       sum(value) FILTER (WHERE abs(value) < 'infinity') AS total,
       min(sampled) FILTER (WHERE abs(value) < 'infinity') AS first,
       first(value, sampled) FILTER (WHERE abs(value) < 'infinity') AS opening,
       max(sampled) FILTER (WHERE abs(value) < 'infinity') AS last,
       last(value, sampled) FILTER (WHERE abs(value) < 'infinity') AS closing
FROM readings GROUP BY point, quality, time_bucket(60000000, sampled) WITH NO DATA;

CREATE MATERIALIZED VIEW reading_300
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT point, quality, time_bucket(300000000, start) AS start, sum(samples) AS samples,
       sum(believed) AS believed, min(lowest) AS lowest, max(highest) AS highest,
       sum(total) AS total, min(first) AS first, first(opening, first) AS opening,
       max(last) AS last, last(closing, last) AS closing
FROM reading_60 GROUP BY point, quality, time_bucket(300000000, start) WITH NO DATA;

CREATE MATERIALIZED VIEW reading_3600
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT point, quality, time_bucket(3600000000, start) AS start, sum(samples) AS samples,
       sum(believed) AS believed, min(lowest) AS lowest, max(highest) AS highest,
       sum(total) AS total, min(first) AS first, first(opening, first) AS opening,
       max(last) AS last, last(closing, last) AS closing
FROM reading_300 GROUP BY point, quality, time_bucket(3600000000, start) WITH NO DATA;

-- What comes up to three days late is added to its steps within minutes.
SELECT add_continuous_aggregate_policy('reading_60', start_offset => 259200000000,
  end_offset => 60000000, schedule_interval => INTERVAL '1 minute', buckets_per_batch => 1440);
SELECT add_continuous_aggregate_policy('reading_300', start_offset => 259200000000,
  end_offset => 300000000, schedule_interval => INTERVAL '5 minutes', buckets_per_batch => 288);
SELECT add_continuous_aggregate_policy('reading_3600', start_offset => 259200000000,
  end_offset => 3600000000, schedule_interval => INTERVAL '1 hour');

-- Samples for 400 days, minutes for 800, five minutes and hours for ever (docs/storage.md).
SELECT add_retention_policy('readings', drop_after => 34560000000000);
SELECT add_retention_policy('sightings', drop_after => 34560000000000);
SELECT add_retention_policy('reading_60', drop_after => 69120000000000);
