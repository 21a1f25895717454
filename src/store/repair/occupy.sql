-- What is new must never take the number of a row that is lost: whatever refers to that row would mean the new one.
PRAGMA foreign_keys = OFF;
BEGIN;
INSERT INTO sources (id, name, service, terms, url, schedule, live, due_at)
SELECT DISTINCT source, 'lost/source-' || source, 'lost', 'source ' || source, 'about:blank', '', 0, 0
FROM (SELECT source FROM checks UNION SELECT source FROM versions UNION SELECT source FROM snapshots)
WHERE source NOT IN (SELECT id FROM sources);

INSERT INTO bodies (id, digest, size, data)
SELECT last, randomblob(32), 0, x''
FROM (SELECT max(id) AS last FROM (
    SELECT max(body) AS id FROM snapshots UNION ALL SELECT max(headers) FROM snapshots
    UNION ALL SELECT max(received) FROM snapshots UNION ALL SELECT max(text) FROM versions
    UNION ALL SELECT max(base) FROM bodies UNION ALL SELECT max(body) FROM checks))
WHERE last > (SELECT ifnull(max(id), 0) FROM bodies);

INSERT INTO snapshots (id, source, fetched_at, url, final_url, status, headers, body)
SELECT last, (SELECT min(id) FROM sources), 0, 'about:blank', 'about:blank', 0, body, body
FROM (SELECT max(id) AS last FROM (
    SELECT max(snapshot) AS id FROM checks UNION ALL SELECT max(last) FROM checks
    UNION ALL SELECT max(snapshot) FROM versions)), (SELECT max(id) AS body FROM bodies)
WHERE last > (SELECT ifnull(max(id), 0) FROM snapshots) AND body IS NOT NULL
    AND EXISTS (SELECT 1 FROM sources);

UPDATE notices SET origin = NULL WHERE origin NOT IN (SELECT id FROM checks);
DELETE FROM sightings WHERE source NOT IN (SELECT id FROM sources) OR base NOT IN (SELECT id FROM bodies);
COMMIT;
PRAGMA foreign_keys = ON;
