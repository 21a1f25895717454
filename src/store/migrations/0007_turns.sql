-- What a turn of a channel has to know of a notice, without reading it. NULL where the notice can't be read.
ALTER TABLE deliveries ADD COLUMN source TEXT;
ALTER TABLE deliveries ADD COLUMN service TEXT;
ALTER TABLE deliveries ADD COLUMN page TEXT;                        -- its address
ALTER TABLE deliveries ADD COLUMN severity INTEGER;
-- Whether an attempt may have been made under the notice's own id: from then on it is never folded into another.
ALTER TABLE deliveries ADD COLUMN started INTEGER NOT NULL DEFAULT 1;
ALTER TABLE deliveries ADD COLUMN retried_at INTEGER;               -- by hand
ALTER TABLE deliveries ADD COLUMN delivered_at INTEGER;
ALTER TABLE deliveries ADD COLUMN folded_into INTEGER REFERENCES deliveries;

UPDATE deliveries SET
    source = (SELECT content ->> '$.source' FROM notices WHERE id = notice AND json_valid(content)),
    service = (SELECT content ->> '$.service' FROM notices WHERE id = notice AND json_valid(content)),
    page = (SELECT content ->> '$.url' FROM notices WHERE id = notice AND json_valid(content)),
    severity = (SELECT CASE content ->> '$.severity' WHEN 'minor' THEN 0 WHEN 'major' THEN 1 ELSE 2 END
                FROM notices WHERE id = notice AND json_valid(content)),
    delivered_at = (SELECT max(at) FROM attempts WHERE delivery = deliveries.id AND outcome = 1);

-- The order of a source's notices is kept on each channel.
CREATE INDEX deliveries_by_source ON deliveries (channel, source) WHERE state = 0;
-- How many messages a channel has had lately.
CREATE INDEX deliveries_by_delivered ON deliveries (channel, delivered_at)
    WHERE delivered_at IS NOT NULL AND folded_into IS NULL;
CREATE INDEX deliveries_by_fold ON deliveries (folded_into) WHERE folded_into IS NOT NULL;

-- Channels whose receiver fails: a row from the first failure until something is taken again.
CREATE TABLE circuits (
    channel    TEXT    PRIMARY KEY,
    failures   INTEGER NOT NULL,                         -- in a row
    since      INTEGER NOT NULL,                         -- the first of them
    rest_until INTEGER NOT NULL,
    told       INTEGER NOT NULL,                         -- whether other channels were told
    settings   BLOB                                      -- as in `channels`
) STRICT, WITHOUT ROWID;

-- When something that is told by the clock was told last.
CREATE TABLE beats (
    name TEXT    PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
