-- Of each frame, how many of its readings were not stored, for their kinds have a dead-band
-- (store/thinning.py): `readings` less these are there.
ALTER TABLE frames ADD COLUMN left_out integer NOT NULL DEFAULT 0;
