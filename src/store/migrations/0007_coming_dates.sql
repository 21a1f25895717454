-- Which dates are to come, for reminders.
CREATE INDEX changes_by_effective ON changes (effective) WHERE effective IS NOT NULL;
