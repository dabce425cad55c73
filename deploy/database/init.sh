#!/bin/sh
# Once, when the data directory is made: who writes, who copies, and the extension, which only an owner may make.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d minesafe \
  -v writer="$(cat /run/secrets/minesafe)" -v copier="$(cat /run/secrets/replication)" <<'SQL'
CREATE ROLE minesafe LOGIN PASSWORD :'writer';
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'copier';
CREATE EXTENSION IF NOT EXISTS timescaledb;
ALTER DATABASE minesafe OWNER TO minesafe;
ALTER SCHEMA public OWNER TO minesafe;
SQL
