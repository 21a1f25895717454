-- What people made of a change: acknowledged, assigned, commented, reopened. An audit rests on it, so not even a
-- defect of ours may rewrite it.
CREATE TABLE reviews (
    id       INTEGER PRIMARY KEY,
    change   TEXT    NOT NULL REFERENCES changes,
    at       INTEGER NOT NULL,
    who      TEXT    NOT NULL,
    deed     INTEGER NOT NULL,
    assignee TEXT,
    note     TEXT
) STRICT;
CREATE INDEX reviews_by_change ON reviews (change, id);
CREATE TRIGGER reviews_are_never_edited BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'the history of reviews is only appended to'); END;
CREATE TRIGGER reviews_are_never_deleted BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'the history of reviews is only appended to'); END;

-- The pinned clauses of a source as its latest version has them: what was told of each last.
CREATE TABLE pins (
    source    INTEGER NOT NULL REFERENCES sources,
    text      TEXT    NOT NULL,                          -- as configured
    sight     INTEGER NOT NULL,
    version   INTEGER NOT NULL,                          -- the version it was looked for in last
    since     INTEGER NOT NULL,
    passage   TEXT,                                      -- where it stands, or what stands in its place
    reference TEXT,                                      -- where it stood when it was last found to be the same
    PRIMARY KEY (source, text)
) STRICT, WITHOUT ROWID;
