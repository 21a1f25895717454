-- SHA-256 over the latest sight of a source but its body, which has a digest of its own; NULL in a row from before.
ALTER TABLE sightings ADD COLUMN sum BLOB;
-- 1 where the chain vouches for the reasons too; NULL in a row from before, which is hashed as it was.
ALTER TABLE changes ADD COLUMN reasons_vouched INTEGER CHECK (reasons_vouched = 1);
-- The few looks whose pages are kept: pruning asks for them among millions, and again for each of its transactions.
CREATE INDEX checks_with_page ON checks (snapshot, outcome) WHERE snapshot IS NOT NULL;
CREATE INDEX checks_with_last ON checks (last, outcome) WHERE last IS NOT NULL;
