-- How many looks in a row were had by a browser, so that the next goes straight to it.
ALTER TABLE sources ADD COLUMN rendered INTEGER NOT NULL DEFAULT 0;
