-- Requests that carried an Idempotency-Key and what was answered, for a day (src/office/replay.h).

CREATE TABLE office_replay (
	-- BLAKE2b of who, method, address and key; the key itself is not kept
	id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
	-- 0: the change stands, its answer was not written down
	status INTEGER NOT NULL CHECK (status = 0 OR status BETWEEN 200 AND 599),
	-- headers and body, sealed with a key made from the Idempotency-Key: answers hold personal data and first passwords
	answer BLOB NOT NULL,
	at_ms INTEGER NOT NULL CHECK (at_ms > 0)
) STRICT;
CREATE INDEX office_replay_by_time ON office_replay (at_ms);
