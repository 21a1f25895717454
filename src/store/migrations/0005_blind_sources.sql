-- Since when a source is told to be blind: it hasn't shown its policy for longer than its owner accepts.
ALTER TABLE sources ADD COLUMN blind_since INTEGER;
-- What is wrong with its rules, for people: a selector that matches nothing any more.
ALTER TABLE sources ADD COLUMN warning TEXT;
-- Looks that were held or unusable: `log --all` lists them, among millions of others.
CREATE INDEX checks_in_doubt ON checks (source, at) WHERE outcome IN (4, 5);
