-- What posts told: crossings without a name, hits with their story, drills.

-- One screening that was nobody: keyed hashes, kept 30 days. A hit has its own row.
CREATE TABLE crossing (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL,
	lane TEXT NOT NULL,
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	result TEXT NOT NULL CHECK (result IN ('pass', 'refer', 'stop')),
	document TEXT,
	identity TEXT,
	edition INTEGER NOT NULL,
	took_us INTEGER NOT NULL,
	UNIQUE (post_id, seq)
) STRICT;
CREATE INDEX crossing_by_document ON crossing (document, at);
CREATE INDEX crossing_by_identity ON crossing (identity, at);
CREATE INDEX crossing_by_time ON crossing (at);

-- Counts that stay when crossings go: by post, hour, point and result.
CREATE TABLE crossing_count (
	post_id TEXT NOT NULL REFERENCES post (id),
	hour INTEGER NOT NULL,
	point TEXT NOT NULL,
	result TEXT NOT NULL,
	count INTEGER NOT NULL CHECK (count >= 0),
	slow INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (post_id, hour, point, result)
) STRICT;

CREATE TABLE hit (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL,
	lane TEXT NOT NULL,
	officer TEXT NOT NULL,
	-- where the traveller came to light: a lane, or an arrival that was announced
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	received_at INTEGER NOT NULL,
	edition INTEGER NOT NULL,
	result TEXT NOT NULL CHECK (result IN ('refer', 'stop')),
	act TEXT NOT NULL,
	quiet INTEGER NOT NULL CHECK (quiet IN (0, 1)),
	-- JSON as it came (docs/formats/spool.md), without what stands in columns
	traveller TEXT NOT NULL,
	candidates TEXT NOT NULL,
	caption TEXT NOT NULL,
	document TEXT,
	identity TEXT,
	-- the gravest candidate, and whose it is
	entry_id TEXT NOT NULL,
	owner TEXT NOT NULL CHECK (length(owner) = 2),
	handling INTEGER NOT NULL CHECK (handling BETWEEN 0 AND 3),
	state TEXT NOT NULL CHECK (state IN
		('open', 'confirmed', 'cleared', 'custody', 'released', 'handed-over', 'refused-entry', 'protected', 'closed')),
	custody_from INTEGER,
	custody_until INTEGER,
	custody_basis TEXT,
	-- the partner: asked when the hit came, answers with a clock
	asked_at INTEGER,
	answer_due INTEGER,
	answered_at INTEGER,
	answered_by TEXT,
	answer TEXT CHECK (answer IN ('same', 'other', 'unknown')),
	answer_text TEXT,
	escalated INTEGER NOT NULL DEFAULT 0,
	-- another hit of the same person at another place at a time that nobody can be at both
	misuse_of TEXT REFERENCES hit (id),
	delete_at INTEGER NOT NULL,
	UNIQUE (post_id, seq),
	CONSTRAINT hit_custody CHECK (state <> 'custody' OR (custody_from IS NOT NULL AND custody_until IS NOT NULL))
) STRICT;
CREATE INDEX hit_by_time ON hit (at, id);
CREATE INDEX hit_by_state ON hit (state, at, id);
CREATE INDEX hit_by_entry ON hit (entry_id, at);
CREATE INDEX hit_by_owner ON hit (owner, at, id);
CREATE INDEX hit_by_deletion ON hit (delete_at);

CREATE TABLE hit_act (
	hit_id TEXT NOT NULL REFERENCES hit (id),
	number INTEGER NOT NULL,
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	received_at INTEGER NOT NULL,
	-- NULL: done in the hub
	post_id TEXT REFERENCES post (id),
	seq INTEGER,
	officer TEXT NOT NULL,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	note TEXT,
	fields TEXT,
	photo BLOB,
	PRIMARY KEY (hit_id, number),
	UNIQUE (post_id, seq)
) STRICT;

-- "He has been in the country since": an entry that was published, and a crossing or hit of before.
CREATE TABLE past_crossing (
	entry_id TEXT NOT NULL,
	crossing_id TEXT NOT NULL,
	by_what TEXT NOT NULL CHECK (by_what IN ('document', 'identity')),
	point TEXT NOT NULL,
	at INTEGER NOT NULL,
	post_id TEXT NOT NULL REFERENCES post (id),
	found_at INTEGER NOT NULL,
	PRIMARY KEY (entry_id, crossing_id)
) STRICT;

CREATE TABLE drill (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	post_id TEXT NOT NULL REFERENCES post (id),
	lane TEXT,
	traveller TEXT NOT NULL,
	ordered_by TEXT NOT NULL,
	ordered_at INTEGER NOT NULL,
	until INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('ordered', 'noticed', 'missed', 'ended')),
	answered_at INTEGER,
	answer_ms INTEGER,
	officer TEXT
) STRICT;
CREATE INDEX drill_by_post ON drill (post_id, ordered_at);

-- Other things that a post told of itself.
CREATE TABLE post_event (
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	what TEXT NOT NULL,
	detail TEXT,
	officer TEXT,
	PRIMARY KEY (post_id, seq)
) STRICT;
