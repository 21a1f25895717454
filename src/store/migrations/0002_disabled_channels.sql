-- The settings with which a channel was switched off, as a digest: with others it is another receiver. NULL is
-- unlike any.
ALTER TABLE channels ADD COLUMN settings BLOB;

-- A turn of one channel doesn't read what waits for the others.
CREATE INDEX deliveries_by_channel ON deliveries (channel, due_at) WHERE state = 0;
