-- The few changes that name days, for reminders.
CREATE INDEX changes_dated ON changes (at) WHERE dates <> '[]';
