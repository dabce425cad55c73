-- The journal as a table to be asked. The journal itself stays the truth.
CREATE TABLE events (
  feed smallint NOT NULL,
  position bigint NOT NULL,
  recorded bigint NOT NULL,
  valid bigint NOT NULL,
  frame bigint,
  cause bigint,
  epoch integer NOT NULL,
  kind text NOT NULL,
  body jsonb NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (feed, position)
);
CREATE INDEX events_kind ON events (kind, recorded);
CREATE INDEX events_order ON events ((body ->> 'order')) WHERE body ? 'order';
