-- Hosts that asked to be left alone. Nothing of it is evidence: it is over soon.
CREATE TABLE rests (
    host  TEXT    PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
