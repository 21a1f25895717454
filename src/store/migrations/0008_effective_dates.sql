-- Every day that a change names, with its sentence: JSON. `effective` is the one for the headline.
ALTER TABLE changes ADD COLUMN dates TEXT NOT NULL DEFAULT '[]';
