-- Who was on which roadway, a row a person, roadway and minute (decision 0126). Qualities of
-- readings are in reading_60 … _3600 already.

CREATE MATERIALIZED VIEW sighting_60
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT tag, roadway, time_bucket(60000000, sampled) AS minute, count(*) AS samples,
       min(sampled) AS first, max(sampled) AS last,
       min(chainage) FILTER (WHERE abs(chainage) < 'infinity') AS low,
       max(chainage) FILTER (WHERE abs(chainage) < 'infinity') AS high,
       min(x) FILTER (WHERE abs(x) < 'infinity') AS west,
       max(x) FILTER (WHERE abs(x) < 'infinity') AS east,
       min(y) FILTER (WHERE abs(y) < 'infinity') AS south,
       max(y) FILTER (WHERE abs(y) < 'infinity') AS north
FROM sightings WHERE tag > 0 GROUP BY tag, roadway, time_bucket(60000000, sampled) WITH NO DATA;

SELECT add_continuous_aggregate_policy('sighting_60', start_offset => 259200000000,
  end_offset => 60000000, schedule_interval => INTERVAL '1 minute', buckets_per_batch => 1440);

-- As long as minutes of readings: attendance is kept for two years (docs/storage.md).
SELECT add_retention_policy('sighting_60', drop_after => 69120000000000);
