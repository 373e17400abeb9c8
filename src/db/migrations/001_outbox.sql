-- What others are to be told of, committed with the change (db_tell). Numbers grow in the order of commits; gaps are fine.
CREATE TABLE outbox (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;
