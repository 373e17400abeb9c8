-- For what reason a post was revoked. Those of before were revoked without one.
ALTER TABLE post ADD COLUMN revoked_why TEXT;
