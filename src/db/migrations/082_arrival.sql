-- Who is announced: passenger lists of carriers and electronic arrival cards, screened now and at each change of the list.

CREATE TABLE carrier (
	code TEXT PRIMARY KEY CHECK (length(code) BETWEEN 2 AND 8),
	name TEXT NOT NULL,
	-- where unsolicited answers go: https://... or empty: it fetches them
	address TEXT NOT NULL,
	telephone TEXT NOT NULL
) STRICT;

CREATE TABLE arrival (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	kind TEXT NOT NULL CHECK (kind IN ('carrier', 'declaration')),
	carrier TEXT NOT NULL,
	flight TEXT NOT NULL,
	place TEXT NOT NULL,
	-- when it arrives, UTC; screened until then
	expected_at INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	sender TEXT NOT NULL,
	-- idempotency: the same transaction of the same sender is answered with the same bytes
	transaction_id TEXT NOT NULL,
	function TEXT NOT NULL,
	request_sha256 TEXT NOT NULL,
	reply BLOB,
	delete_at INTEGER NOT NULL,
	UNIQUE (sender, transaction_id, request_sha256)
) STRICT;
CREATE INDEX arrival_by_expected ON arrival (expected_at, id);

CREATE TABLE arrival_person (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	arrival_id TEXT NOT NULL REFERENCES arrival (id),
	number INTEGER NOT NULL,
	-- FollowTheMoney; gone at the deletion of the arrival
	person TEXT NOT NULL,
	locator TEXT NOT NULL,
	reference TEXT NOT NULL,
	result TEXT NOT NULL CHECK (result IN ('pass', 'refer', 'stop')),
	board INTEGER NOT NULL CHECK (board IN (0, 1)),
	entry_id TEXT,
	edition INTEGER NOT NULL,
	screened_at INTEGER NOT NULL,
	UNIQUE (arrival_id, number)
) STRICT;
CREATE INDEX arrival_person_by_result ON arrival_person (result, arrival_id);

-- Answers that were turned round after the list had changed, until the carrier says that it knows.
CREATE TABLE reversal (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	arrival_person_id TEXT NOT NULL REFERENCES arrival_person (id),
	board INTEGER NOT NULL CHECK (board IN (0, 1)),
	message BLOB NOT NULL,
	reference TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL,
	sent_at INTEGER,
	acknowledged_at INTEGER,
	-- somebody must call: the carrier did not acknowledge in time
	call_at INTEGER NOT NULL,
	called_by TEXT,
	called_at INTEGER,
	call_note TEXT
) STRICT;
CREATE INDEX reversal_open ON reversal (call_at) WHERE acknowledged_at IS NULL;
