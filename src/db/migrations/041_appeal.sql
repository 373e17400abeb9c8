-- Appeals: anybody may ask, without an account. What was asked is a person's own; the ledger has only that it was, and when.

CREATE TABLE appeal (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	number TEXT NOT NULL UNIQUE CHECK (length(number) = 11),
	word_hash TEXT NOT NULL CHECK (length(word_hash) = 64),
	version INTEGER NOT NULL CHECK (version >= 1),
	state TEXT NOT NULL CHECK (state IN ('received', 'taken', 'answered', 'dismissed', 'upheld')),
	kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'deletion', 'mistaken-identity')),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 400),
	birth_date TEXT,
	document TEXT,
	contact TEXT,
	request TEXT NOT NULL CHECK (length(request) BETWEEN 1 AND 10000),
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	received_at INTEGER NOT NULL,
	due_access INTEGER NOT NULL CHECK (due_access > received_at),
	due_decision INTEGER NOT NULL CHECK (due_decision > received_at),
	officer TEXT REFERENCES person (id),
	entry_id TEXT REFERENCES entry (id),
	answer TEXT,
	reason TEXT,
	decided_by TEXT REFERENCES person (id),
	decided_at INTEGER,
	CONSTRAINT appeal_taken CHECK (state = 'received' OR officer IS NOT NULL),
	CONSTRAINT appeal_decided CHECK (state IN ('received', 'taken')
		OR (answer IS NOT NULL AND length(answer) > 0 AND decided_by IS NOT NULL AND decided_at IS NOT NULL))
) STRICT;
CREATE INDEX appeal_by_state ON appeal (state, due_decision, id);
CREATE INDEX appeal_by_entry ON appeal (entry_id, state);
CREATE INDEX appeal_by_time ON appeal (received_at, id);

CREATE TABLE appeal_event (
	appeal_id TEXT NOT NULL REFERENCES appeal (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	act TEXT NOT NULL,
	to_state TEXT NOT NULL,
	leaf_id TEXT NOT NULL REFERENCES ledger_leaf (id),
	PRIMARY KEY (appeal_id, seq)
) STRICT;
