-- SHA-256 of what the text of a page depends on, of a page that showed the text of the latest version: one with the same
-- needn't be parsed.
ALTER TABLE sources ADD COLUMN skeleton BLOB;
