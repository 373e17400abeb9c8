-- The ledger: append-only Merkle logs (docs/formats/ledger.md). A leaf holds no personal data; what it commits to stands in
-- ledger_payload and can be erased, which leaves the leaf provable.

-- What the log is: its size and root, moved on by compare-and-swap.
CREATE TABLE ledger_head (
	log TEXT NOT NULL PRIMARY KEY,
	size INTEGER NOT NULL CHECK (size >= 0),
	root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

-- The entries of the log. `place` is given after the commit, in groups; `subject` and `at` stand in the body, too.
CREATE TABLE ledger_leaf (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	log TEXT NOT NULL,
	place INTEGER CHECK (place >= 0),
	subject TEXT,
	at INTEGER NOT NULL,
	body TEXT NOT NULL CHECK (length(body) <= 65535),
	UNIQUE (log, place)
) STRICT;
CREATE INDEX ledger_leaf_waiting ON ledger_leaf (log, at, id) WHERE place IS NULL;
-- Whole, not WHERE place IS NULL: SQLite would search by (log, place), which all that wait have in common.
CREATE INDEX ledger_leaf_waiting_subject ON ledger_leaf (subject, log, place, at);

CREATE TABLE ledger_payload (
	leaf TEXT NOT NULL PRIMARY KEY REFERENCES ledger_leaf (id),
	salt BLOB NOT NULL CHECK (length(salt) = 32),
	payload TEXT NOT NULL
) STRICT;

-- Hash tiles; a tile grows only at its end, so it also stands for every narrower state of itself.
CREATE TABLE ledger_tile (
	log TEXT NOT NULL,
	level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
	n INTEGER NOT NULL CHECK (n >= 0),
	hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192),
	PRIMARY KEY (log, level, n)
) STRICT;

-- Every tree head that was ever signed, once for each size; `before` is the size of the one before (-1: none).
CREATE TABLE ledger_checkpoint (
	log TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size >= 0),
	before INTEGER NOT NULL CHECK (before >= -1 AND before < size),
	root BLOB NOT NULL CHECK (length(root) = 32),
	signed_at INTEGER NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (log, size),
	UNIQUE (log, before)
) STRICT;

-- What witnesses signed.
CREATE TABLE ledger_cosignature (
	log TEXT NOT NULL,
	size INTEGER NOT NULL,
	witness TEXT NOT NULL,
	key_id TEXT NOT NULL CHECK (length(key_id) = 8),
	at INTEGER NOT NULL,
	line TEXT NOT NULL,
	PRIMARY KEY (log, size, witness, key_id),
	FOREIGN KEY (log, size) REFERENCES ledger_checkpoint (log, size)
) STRICT;

-- The logs' own keys, also those of the past; `leaf` is the leaf that put the key, or its end, into the log.
CREATE TABLE ledger_key (
	vkey TEXT NOT NULL PRIMARY KEY,
	log TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('active', 'retired', 'revoked')),
	created_at INTEGER NOT NULL,
	ended_at INTEGER,
	from_size INTEGER NOT NULL CHECK (from_size >= 0),
	to_size INTEGER,
	CHECK ((state = 'active') = (ended_at IS NULL)),
	CHECK ((state = 'active') = (to_size IS NULL))
) STRICT;
CREATE UNIQUE INDEX ledger_key_active ON ledger_key (log) WHERE state = 'active';
