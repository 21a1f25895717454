-- Why a change is that serious, and why it has each of its topics.
ALTER TABLE changes ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';  -- JSON: lines for people
