-- What the lanes of a post leave behind (docs/formats/spool.md, docs/formats/post-api.md). Every blob is sealed with the post's own keys.

-- The chain of records for the hub: the last that was written, the last that the hub has.
CREATE TABLE spool_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL CHECK (seq >= 0),
	hash TEXT NOT NULL CHECK (length(hash) = 64),
	sent INTEGER NOT NULL CHECK (sent BETWEEN 0 AND seq),
	sent_at INTEGER NOT NULL
) STRICT;
INSERT INTO spool_head (one, seq, hash, sent, sent_at)
	VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, 0);

CREATE TABLE spool_record (
	seq INTEGER PRIMARY KEY CHECK (seq >= 1),
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	record BLOB NOT NULL
) STRICT;
CREATE INDEX spool_record_by_time ON spool_record (at);

-- What the hub told: the settings, the officers.
CREATE TABLE news_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	since INTEGER NOT NULL CHECK (since >= 0)
) STRICT;
INSERT INTO news_head (one, since) VALUES (1, 0);

CREATE TABLE news_kept (
	kind TEXT PRIMARY KEY CHECK (kind IN ('settings', 'roster')),
	body BLOB NOT NULL
) STRICT;

CREATE TABLE crossing_key (
	number INTEGER PRIMARY KEY CHECK (number >= 1),
	secret BLOB NOT NULL,
	from_at INTEGER NOT NULL
) STRICT;

-- Hits of the second line, with all there is to compare; gone after 30 days.
CREATE TABLE second_hit (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	at INTEGER NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version >= 1),
	seq INTEGER NOT NULL,
	-- when the hub had it and asked the partner
	asked_at INTEGER,
	body BLOB NOT NULL
) STRICT;
CREATE INDEX second_hit_by_time ON second_hit (at);

-- Photographs of listed persons: wanted since a hit was made, there, or the hub has none.
CREATE TABLE second_photo (
	entry TEXT PRIMARY KEY CHECK (length(entry) = 32),
	hit TEXT NOT NULL,
	at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('wanted', 'there', 'none')),
	body BLOB,
	CHECK ((state = 'there') = (body IS NOT NULL))
) STRICT;

CREATE TABLE drill (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	lane TEXT,
	until INTEGER NOT NULL,
	checked TEXT CHECK (length(checked) = 32),
	checked_at INTEGER,
	body BLOB NOT NULL
) STRICT;

-- Browsers that are lanes: the hash of what each keeps in its cookie.
CREATE TABLE lane (
	name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 32),
	token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
	opened_at INTEGER NOT NULL
) STRICT;

-- Wrong PINs, so that starting the program again opens no door.
CREATE TABLE pin_wrong (
	person TEXT PRIMARY KEY,
	count INTEGER NOT NULL,
	until INTEGER NOT NULL
) STRICT;
