-- What was set aside for want of time is tried again, a few times.
ALTER TABLE raw.set_aside ADD COLUMN tries INTEGER;
