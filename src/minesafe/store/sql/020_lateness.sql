-- Of each frame, how many of its samples came more than a minute late, and how many are older than
-- one of their own point that had come before. The samples lie where their own time puts them.
ALTER TABLE frames ADD COLUMN late integer NOT NULL DEFAULT 0;
ALTER TABLE frames ADD COLUMN disordered integer NOT NULL DEFAULT 0;
