#!/bin/sh
# The first time a copy is taken, by a slot of its own; then it follows. To take over: `pg_ctl promote`, and name it in the dsn.
set -eu
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
  chown postgres:postgres "$data" && chmod 700 "$data"
  PGPASSWORD="$(cat /run/secrets/replication)" su-exec postgres pg_basebackup \
    -h "$DATABASE_HOST" -U replication -D "$data" -X stream -C -S "replica_$(hostname | tr -c 'a-z0-9\n' _)" -R
fi
exec su-exec postgres postgres -D "$data" -c config_file=/etc/postgresql/postgresql.conf -c archive_mode=off
