-- Checkpoints: who they are, what they hold, what they were told and what they told (docs/formats/feed.md, docs/formats/spool.md).

CREATE TABLE post (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
	kind TEXT NOT NULL CHECK (kind IN ('air', 'land', 'sea', 'river')),
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit', 'both')),
	-- where it stands, in millionths of a degree; NULL: not told
	latitude INTEGER CHECK (latitude BETWEEN -90000000 AND 90000000),
	longitude INTEGER CHECK (longitude BETWEEN -180000000 AND 180000000),
	desk TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('expected', 'enrolled', 'revoked')),
	public_key BLOB UNIQUE CHECK (length(public_key) = 32),
	enrolled_at INTEGER,
	revoked_at INTEGER,
	revoked_by TEXT,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	-- what it last said of itself
	seen_at INTEGER,
	edition INTEGER,
	edition_applied_at INTEGER,
	edition_issued_at INTEGER,
	queue INTEGER,
	lanes INTEGER,
	clock_offset INTEGER,
	program TEXT,
	trouble TEXT,
	state_hash TEXT,
	-- the number of the newest news for it; they go on past news that it has and that are gone
	news_number INTEGER NOT NULL DEFAULT 0 CHECK (news_number >= 0),
	-- the last record of its spool that stands here
	spool_seq INTEGER NOT NULL DEFAULT 0,
	spool_hash TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000',
	CONSTRAINT post_enrolled CHECK (state <> 'enrolled' OR (public_key IS NOT NULL AND enrolled_at IS NOT NULL)),
	CONSTRAINT post_revoked CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
) STRICT;

-- Codes for enrolment; only the hash. One that was used stays, so that it never counts again.
CREATE TABLE post_code (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
	post_id TEXT NOT NULL REFERENCES post (id),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	ends_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT;
CREATE INDEX post_code_by_post ON post_code (post_id);

-- The first time each post had each edition in force: the board of acknowledgements.
CREATE TABLE post_edition (
	post_id TEXT NOT NULL REFERENCES post (id),
	edition INTEGER NOT NULL,
	applied_at INTEGER NOT NULL,
	told_at INTEGER NOT NULL,
	state_hash TEXT NOT NULL,
	PRIMARY KEY (post_id, edition)
) STRICT;
CREATE INDEX post_edition_by_edition ON post_edition (edition, applied_at);

-- What a post is to be told, until it has said that it kept it.
CREATE TABLE post_news (
	post_id TEXT NOT NULL REFERENCES post (id),
	number INTEGER NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (post_id, number)
) STRICT;

-- Keys by which the feed is sealed; the newest is used, older ones open what still lies about.
CREATE TABLE feed_key (
	id TEXT PRIMARY KEY CHECK (length(id) = 16),
	number INTEGER NOT NULL UNIQUE,
	secret BLOB NOT NULL CHECK (length(secret) = 32),
	created_at INTEGER NOT NULL
) STRICT;

-- Keys by which crossings are hashed; gone with what they keyed.
CREATE TABLE crossing_key (
	number INTEGER PRIMARY KEY,
	secret BLOB NOT NULL CHECK (length(secret) = 32),
	from_at INTEGER NOT NULL
) STRICT;

-- The number by which an officer proves himself at a post whose cable is cut.
CREATE TABLE post_pin (
	person TEXT PRIMARY KEY REFERENCES person (id),
	hash TEXT NOT NULL CHECK (length(hash) BETWEEN 60 AND 128),
	changed_at INTEGER NOT NULL
) STRICT;
