-- What a machine was asked for a summary of a change: a row for each call, written before it is made, so that a crash
-- never makes one that isn't counted. Nothing else of the archive depends on this table.
CREATE TABLE summaries (
    id      INTEGER PRIMARY KEY,
    change  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    model   TEXT    NOT NULL,
    tokens  INTEGER NOT NULL,                            -- as estimated before, and as told by the other side after
    text    TEXT,                                        -- what it wrote, once it did
    failure TEXT                                         -- or why it didn't
) STRICT;
CREATE INDEX summaries_by_change ON summaries (change);
CREATE INDEX summaries_by_time ON summaries (at);
