-- The chain: every check and every event is an entry of its source's chain, in the order of `id`, which the two
-- tables share. What an entry consists of is in docs/evidence.md.
ALTER TABLE checks ADD COLUMN body INTEGER;              -- instead of `digest`, where the content is kept
ALTER TABLE checks ADD COLUMN last INTEGER REFERENCES snapshots; -- the last sight of the version before
ALTER TABLE checks ADD COLUMN head BLOB;                 -- of the chain from here: its first 8 bytes, or all 32

CREATE TABLE chains (
    source  INTEGER PRIMARY KEY,                         -- 0: of the archive itself
    entries INTEGER NOT NULL,
    head    BLOB    NOT NULL,
    sealed  INTEGER NOT NULL DEFAULT 0                   -- how many entries the last seal vouches for
) STRICT;

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL,                            -- whose chain; 0: the archive's own
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    content TEXT    NOT NULL,                            -- JSON
    head    BLOB    NOT NULL
) STRICT;
CREATE INDEX events_by_source ON events (source);

-- Its number in the family of contents it is compressed against; see store/bodies.rs.
ALTER TABLE bodies ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;

-- How a page was had (fetcher, redirects, peer, rules in force), as JSON.
ALTER TABLE snapshots ADD COLUMN received INTEGER REFERENCES bodies;

-- The check that brought a notice.
ALTER TABLE notices ADD COLUMN origin INTEGER;
CREATE INDEX notices_by_origin ON notices (origin) WHERE origin IS NOT NULL;
UPDATE notices SET origin = (
    SELECT min(checks.id) FROM checks JOIN sources ON sources.id = checks.source
    WHERE sources.name = json_extract(notices.content, '$.source') AND checks.at = notices.queued_at);

-- The page of the latest accepted look at a source, until it is known whether it was the last one of its version.
CREATE TABLE sightings (
    source     INTEGER PRIMARY KEY REFERENCES sources,
    fetched_at INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    final_url  TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    headers    BLOB    NOT NULL,                         -- zstd
    received   BLOB    NOT NULL,                         -- zstd
    digest     BLOB    NOT NULL,                         -- of the body
    size       INTEGER NOT NULL,
    base       INTEGER REFERENCES bodies,
    nth        INTEGER NOT NULL,
    data       BLOB    NOT NULL                          -- the body, as in `bodies`
) STRICT;
