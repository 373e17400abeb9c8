-- What a witness knows of other logs (cordon witness): the newest checkpoint it cosigned for each, and what it raised the alarm
-- for, kept for ever. A hub's own database has these tables too, and leaves them empty.

CREATE TABLE witness_log (
	origin TEXT NOT NULL PRIMARY KEY,
	size INTEGER NOT NULL CHECK (size >= 0),
	root BLOB NOT NULL CHECK (length(root) = 32),
	note TEXT NOT NULL,
	cosigned_at INTEGER NOT NULL
) STRICT;

-- `held` is what was cosigned, `offered` what does not fit it; both signed by the log.
CREATE TABLE witness_alarm (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	origin TEXT NOT NULL,
	at INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('fork', 'rewind', 'inconsistent')),
	held TEXT NOT NULL,
	offered TEXT NOT NULL,
	UNIQUE (origin, kind, offered)
) STRICT;
