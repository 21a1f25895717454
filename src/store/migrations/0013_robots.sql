-- What sites said last to robots. Nothing of it is evidence: it can be asked for again.
CREATE TABLE robots (
    origin TEXT    PRIMARY KEY,                          -- scheme, host and port
    at     INTEGER NOT NULL,
    said   INTEGER NOT NULL,                             -- 0 nothing, 1 rules, 2 unreachable
    since  INTEGER,                                      -- unreachable since
    rules  BLOB                                          -- zstd
) STRICT, WITHOUT ROWID;
