-- Times are milliseconds since 1970 in UTC; enums are the codes of store/columns.rs.

-- What is or was watched. Everything a check needs to know about the past, and everything `status` shows,
-- stands here, so that neither ever reads the long table of checks.
CREATE TABLE sources (
    id               INTEGER PRIMARY KEY,
    name             TEXT    NOT NULL UNIQUE,            -- `openai/usage-policies`: history hangs on it, not on the URL
    service          TEXT    NOT NULL,
    terms            TEXT    NOT NULL,
    url              TEXT    NOT NULL,
    schedule         TEXT    NOT NULL,                   -- only compared: another schedule makes the source due
    live             INTEGER NOT NULL,                   -- 0 once it is gone from the configuration
    due_at           INTEGER NOT NULL,
    last_checked     INTEGER,
    last_readable    INTEGER,
    last_changed     INTEGER,
    last_outcome     INTEGER,
    last_detail      TEXT,
    failures         INTEGER NOT NULL DEFAULT 0,         -- in a row
    looks            INTEGER NOT NULL DEFAULT 0,         -- second looks so far
    unreadable_since INTEGER,
    degraded_since   INTEGER,                            -- set once that was told
    etag             TEXT,
    last_modified    TEXT,
    validated_url    TEXT,                               -- the address that gave those two
    body_digest      BLOB,                               -- of the last page that was read
    memory           BLOB    NOT NULL DEFAULT x'',       -- the judge's own
    versions         INTEGER NOT NULL DEFAULT 0          -- the number of the latest
) STRICT;
CREATE INDEX sources_due ON sources (due_at) WHERE live = 1;

-- Contents under their digest, each once: pages, headers, texts. One with a `base` is compressed with that
-- body's content as prefix; a base has none itself, so one damaged row never takes a chain with it.
CREATE TABLE bodies (
    id     INTEGER PRIMARY KEY,
    digest BLOB    NOT NULL UNIQUE,                      -- SHA-256 of the content
    size   INTEGER NOT NULL,                             -- of the content, bytes
    base   INTEGER REFERENCES bodies,
    data   BLOB    NOT NULL                              -- zstd
) STRICT;
CREATE INDEX bodies_by_base ON bodies (base) WHERE base IS NOT NULL;

-- Pages kept as evidence.
CREATE TABLE snapshots (
    id         INTEGER PRIMARY KEY,
    source     INTEGER NOT NULL REFERENCES sources,
    fetched_at INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    final_url  TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    headers    INTEGER NOT NULL REFERENCES bodies,       -- JSON: [[name, value], …]
    body       INTEGER NOT NULL REFERENCES bodies
) STRICT;
CREATE INDEX snapshots_by_source ON snapshots (source);

CREATE TABLE versions (
    source   INTEGER NOT NULL REFERENCES sources,
    number   INTEGER NOT NULL,                           -- 1, 2, 3 …
    seen_at  INTEGER NOT NULL,
    cause    INTEGER NOT NULL,
    reading  TEXT    NOT NULL,                           -- how the text was read from the page
    words    INTEGER NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshots,
    text     INTEGER NOT NULL REFERENCES bodies,         -- JSON
    PRIMARY KEY (source, number)
) STRICT, WITHOUT ROWID;

-- Every look at a source, for ever: one short row each.
CREATE TABLE checks (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES sources,
    at       INTEGER NOT NULL,
    outcome  INTEGER NOT NULL,
    status   INTEGER,
    snapshot INTEGER REFERENCES snapshots,
    version  INTEGER,                                    -- the version it made
    digest   BLOB,                                       -- SHA-256 of the body received
    detail   TEXT
) STRICT;
CREATE INDEX checks_by_source ON checks (source, at);

CREATE TABLE changes (
    id            TEXT    PRIMARY KEY,
    source        INTEGER NOT NULL,
    from_version  INTEGER NOT NULL,
    to_version    INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    previous_at   INTEGER NOT NULL,
    severity      INTEGER NOT NULL,
    topics        TEXT    NOT NULL,                      -- JSON
    effective     TEXT,                                  -- a date
    summary       TEXT    NOT NULL,
    words_added   INTEGER NOT NULL,
    words_removed INTEGER NOT NULL,
    cause         INTEGER NOT NULL,
    announced     INTEGER NOT NULL,
    why           TEXT    NOT NULL,
    FOREIGN KEY (source, from_version) REFERENCES versions,
    FOREIGN KEY (source, to_version) REFERENCES versions,
    UNIQUE (source, to_version)
) STRICT;
CREATE INDEX changes_by_time ON changes (at);

-- The outbox: what is told, to whom, and how far it got.
CREATE TABLE notices (
    id        TEXT    PRIMARY KEY,
    queued_at INTEGER NOT NULL,
    content   TEXT    NOT NULL                           -- JSON
) STRICT;

CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY,
    notice      TEXT    NOT NULL REFERENCES notices,
    channel     TEXT    NOT NULL,
    state       INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    last_result TEXT,
    UNIQUE (notice, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 0;
CREATE INDEX deliveries_dead ON deliveries (notice) WHERE state = 2;

CREATE TABLE attempts (
    id       INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    at       INTEGER NOT NULL,
    took     INTEGER NOT NULL,                           -- milliseconds
    outcome  INTEGER NOT NULL,
    due_at   INTEGER,                                    -- of the next attempt, if there is to be one
    detail   TEXT    NOT NULL
) STRICT;
CREATE INDEX attempts_by_delivery ON attempts (delivery);

-- Channels that are switched off because their receiver is gone.
CREATE TABLE channels (
    name        TEXT    PRIMARY KEY,
    disabled_at INTEGER NOT NULL,
    why         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
