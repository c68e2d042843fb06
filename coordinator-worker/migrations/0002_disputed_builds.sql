-- Whether builders said different things of a source: what an operator wants to know of.
ALTER TABLE builds ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
