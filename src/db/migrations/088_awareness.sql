-- What the public handed in, what it named, what the hub told of it.
-- As in the registry, the checks hold for whoever writes: an official contact can be neither reported nor confirmed, nothing is confirmed by
-- one person alone, no dispute's appeal is decided in the country that decided first.

-- Sealed items as they came. One that was taken leaves only its number, so that it is taken once.
CREATE TABLE inbox_item (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),
	received_at INTEGER NOT NULL,
	-- kept: it was opened, is good, and its bytes are themselves what is kept (a part of an upload)
	state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'kept', 'aside')),
	sealed BLOB,
	-- of one that is aside, a word of data/problems.tsv, and where
	reason TEXT,
	detail TEXT,
	taken_at INTEGER,
	CONSTRAINT inbox_item_kept CHECK ((state = 'taken') = (sealed IS NULL)),
	CONSTRAINT inbox_item_why CHECK ((state = 'aside') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX inbox_item_by_state ON inbox_item (state, kind, received_at, id);

CREATE TABLE inbox_part (
	item_id TEXT PRIMARY KEY REFERENCES inbox_item (id),
	upload TEXT NOT NULL CHECK (length(upload) = 32),
	place INTEGER NOT NULL CHECK (place >= 0),
	size INTEGER NOT NULL CHECK (size >= 1),
	received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_part_by_upload ON inbox_part (upload, place);

-- Whatever anybody named, in the one form of ident/asked.h. `safe`: of an official contact. Listings refer to (x, 0), contacts in force to
-- (x, 1): so that the two exclude each other whoever writes.
CREATE TABLE identifier (
	x TEXT PRIMARY KEY CHECK (length(x) BETWEEN 3 AND 2200),
	type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 32),
	safe INTEGER NOT NULL CHECK (safe IN (0, 1)),
	-- reports of before count for nothing: a dispute was upheld
	counts_from INTEGER NOT NULL DEFAULT 0,
	cluster_id TEXT,
	UNIQUE (x, safe)
) STRICT;
CREATE INDEX identifier_by_cluster ON identifier (cluster_id);

CREATE TABLE campaign (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	-- as receipts tell it
	number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 4294967295),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	about TEXT CHECK (length(about) <= 4000),
	state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	created_by TEXT NOT NULL REFERENCES person (id),
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_by_time ON campaign (created_at, id);

-- How it stands with what somebody handed in, as its receipt tells. The digits are a secret of whoever has them.
CREATE TABLE receipt (
	digits TEXT PRIMARY KEY CHECK (length(digits) = 16),
	kind TEXT NOT NULL CHECK (kind IN ('report', 'rescue', 'dispute')),
	subject_id TEXT NOT NULL UNIQUE CHECK (length(subject_id) = 32),
	state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 255),
	country TEXT CHECK (length(country) = 2),
	day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 65535),
	campaign_id TEXT REFERENCES campaign (id),
	reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 255),
	changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE report (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	item_id TEXT NOT NULL UNIQUE REFERENCES inbox_item (id),
	-- by the portal's clock
	reported_at INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	speed TEXT NOT NULL CHECK (speed IN ('tip', 'report', 'complaint')),
	type TEXT,
	priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
	state TEXT NOT NULL CHECK (state IN ('received', 'read', 'linked', 'sent', 'action', 'closed', 'withdrawn')),
	story TEXT CHECK (length(story) <= 20000),
	-- JSON: what else was answered, without contact and client
	details TEXT NOT NULL,
	-- marks of whoever sent it, keyed hashes of the portal's: independence goes by them
	token TEXT,
	network TEXT,
	device TEXT,
	-- of the story: how many grams it has, and the least hashes of them (awareness/sketch.h)
	grams INTEGER NOT NULL CHECK (grams >= 0),
	sketch BLOB CHECK (length(sketch) = 256),
	-- what the machine thinks belongs together: the id of one of its reports. `apart`: an officer took it out
	cluster_id TEXT NOT NULL CHECK (length(cluster_id) = 32),
	apart INTEGER NOT NULL DEFAULT 0 CHECK (apart IN (0, 1)),
	campaign_id TEXT REFERENCES campaign (id),
	linked_by TEXT REFERENCES person (id),
	read_by TEXT REFERENCES person (id),
	read_at INTEGER,
	sent_to TEXT,
	reason TEXT,
	CONSTRAINT report_linked CHECK ((campaign_id IS NULL) = (linked_by IS NULL)),
	CONSTRAINT report_closed CHECK (state <> 'closed' OR reason IS NOT NULL),
	CONSTRAINT report_withdrawn CHECK (state <> 'withdrawn' OR story IS NULL)
) STRICT;
CREATE INDEX report_by_desk ON report (state, priority, received_at, id);
CREATE INDEX report_by_time ON report (received_at, id);
CREATE INDEX report_by_cluster ON report (cluster_id, received_at, id);
CREATE INDEX report_by_campaign ON report (campaign_id, received_at, id);

CREATE TABLE report_identifier (
	report_id TEXT NOT NULL REFERENCES report (id),
	x TEXT NOT NULL REFERENCES identifier (x),
	typed TEXT NOT NULL,
	PRIMARY KEY (report_id, x)
) STRICT;
CREATE INDEX report_identifier_by_x ON report_identifier (x, report_id);

-- Near-duplicates share a band with high probability.
CREATE TABLE report_band (
	band INTEGER NOT NULL,
	report_id TEXT NOT NULL REFERENCES report (id),
	PRIMARY KEY (band, report_id)
) STRICT;
CREATE INDEX report_band_by_report ON report_band (report_id);

CREATE TABLE report_payment (
	report_id TEXT NOT NULL REFERENCES report (id),
	number INTEGER NOT NULL CHECK (number >= 1),
	reference TEXT,
	-- JSON, as typed
	body TEXT NOT NULL,
	verified_by TEXT REFERENCES person (id),
	verified_at INTEGER,
	PRIMARY KEY (report_id, number),
	CONSTRAINT report_payment_verified CHECK ((verified_by IS NULL) = (verified_at IS NULL))
) STRICT;

-- What was handed in with a report or dispute: parts of its upload stand in inbox_part.
CREATE TABLE evidence (
	subject_id TEXT NOT NULL CHECK (length(subject_id) = 32),
	number INTEGER NOT NULL CHECK (number >= 1),
	upload TEXT NOT NULL CHECK (length(upload) = 32),
	name TEXT,
	media TEXT,
	size INTEGER NOT NULL CHECK (size >= 1),
	sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
	PRIMARY KEY (subject_id, number)
) STRICT;
CREATE INDEX evidence_by_upload ON evidence (upload);

-- How to reach whoever sent a report or dispute: apart from it, and for a shorter time.
CREATE TABLE reporter_contact (
	subject_id TEXT PRIMARY KEY CHECK (length(subject_id) = 32),
	way TEXT NOT NULL,
	value TEXT NOT NULL,
	hours TEXT,
	delete_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reporter_contact_by_deletion ON reporter_contact (delete_at);

-- The story of a report, dispute, listing, contact or campaign: who did what. The officers' own words in `note`.
CREATE TABLE desk_act (
	subject_id TEXT NOT NULL CHECK (length(subject_id) = 32),
	number INTEGER NOT NULL CHECK (number >= 1),
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	officer TEXT NOT NULL,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	note TEXT CHECK (length(note) <= 10000),
	PRIMARY KEY (subject_id, number)
) STRICT;

CREATE TABLE listing (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	x TEXT NOT NULL REFERENCES identifier (x),
	-- 0 while it counts, NULL once it has ended
	safe INTEGER CHECK (safe = 0),
	verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'reported')),
	state TEXT NOT NULL CHECK (state IN ('proposed', 'in-force', 'ended')),
	basis TEXT NOT NULL CHECK (basis IN ('reports', 'payment', 'authority')),
	-- independent ones
	reports INTEGER NOT NULL CHECK (reports >= 0),
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL CHECK (last_at >= first_at),
	-- of a confirmed one: row of data/awareness/authorities.tsv, whose country
	authority INTEGER CHECK (authority BETWEEN 1 AND 255),
	country TEXT CHECK (length(country) = 2),
	note TEXT CHECK (length(note) <= 10000),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	confirmed_by TEXT REFERENCES person (id),
	confirmed_at INTEGER,
	-- NULL: no end of its own
	expires_at INTEGER,
	-- of an address: when it was found to lead nowhere any more
	dead_at INTEGER,
	-- a dispute with proof hides a reported one for a while, once
	suppressed_by TEXT,
	suppressed_until INTEGER,
	ended_by TEXT,
	ended_at INTEGER,
	end_reason TEXT,
	leaf_id TEXT REFERENCES ledger_leaf (id),
	FOREIGN KEY (x, safe) REFERENCES identifier (x, safe),
	CONSTRAINT listing_not_safe CHECK ((state = 'ended') = (safe IS NULL)),
	CONSTRAINT listing_two CHECK (verdict = 'reported' OR state <> 'in-force' OR (authority IS NOT NULL AND country IS NOT NULL
		AND confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL AND confirmed_by <> proposed_by)),
	CONSTRAINT listing_reported CHECK (verdict = 'confirmed' OR basis = 'payment' OR reports >= 3),
	CONSTRAINT listing_logged CHECK (state <> 'in-force' OR leaf_id IS NOT NULL),
	CONSTRAINT listing_suppressed CHECK ((suppressed_by IS NULL) = (suppressed_until IS NULL)
		AND (verdict = 'reported' OR suppressed_by IS NULL)),
	CONSTRAINT listing_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
-- One of each verdict: of ended ones `safe` is NULL, which is no other's equal.
CREATE UNIQUE INDEX listing_one ON listing (x, verdict, safe);
CREATE INDEX listing_by_state ON listing (state, proposed_at, id);
CREATE INDEX listing_by_end ON listing (state, expires_at);

-- Official contacts, and what else can never be listed (shown = 0: the safelist alone). `shipped`: key of data/awareness/contacts.tsv.
CREATE TABLE official_contact (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	shipped TEXT UNIQUE,
	shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
	kind TEXT NOT NULL,
	country TEXT NOT NULL CHECK (length(country) = 2),
	serves TEXT NOT NULL,
	-- JSON {"en","km","ko","zh"}
	name TEXT NOT NULL,
	note TEXT,
	hours TEXT,
	languages TEXT NOT NULL,
	checked_on TEXT NOT NULL CHECK (length(checked_on) = 10),
	source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 1000),
	state TEXT NOT NULL CHECK (state IN ('proposed', 'in-force', 'ended')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	confirmed_by TEXT REFERENCES person (id),
	confirmed_at INTEGER,
	ended_by TEXT,
	ended_at INTEGER,
	end_reason TEXT,
	CONSTRAINT official_contact_two CHECK (state <> 'in-force' OR shipped IS NOT NULL
		OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by)),
	CONSTRAINT official_contact_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX official_contact_by_state ON official_contact (state, country, kind, id);

CREATE TABLE contact_value (
	contact_id TEXT NOT NULL REFERENCES official_contact (id),
	number INTEGER NOT NULL CHECK (number >= 1),
	type TEXT NOT NULL,
	value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 2000),
	x TEXT REFERENCES identifier (x),
	-- 1 while the contact is in force
	safe INTEGER CHECK (safe = 1),
	PRIMARY KEY (contact_id, number),
	FOREIGN KEY (x, safe) REFERENCES identifier (x, safe)
) STRICT;
CREATE INDEX contact_value_by_x ON contact_value (x, safe);

CREATE TABLE dispute (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	item_id TEXT NOT NULL UNIQUE REFERENCES inbox_item (id),
	x TEXT NOT NULL REFERENCES identifier (x),
	typed TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	story TEXT CHECK (length(story) <= 20000),
	details TEXT NOT NULL,
	proofs INTEGER NOT NULL CHECK (proofs >= 0),
	state TEXT NOT NULL CHECK (state IN ('received', 'withdrawn', 'upheld', 'dismissed', 'appealed', 'appeal-upheld', 'appeal-dismissed')),
	due_at INTEGER NOT NULL CHECK (due_at > received_at),
	late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
	decided_by TEXT REFERENCES person (id),
	decided_country TEXT REFERENCES country (code),
	decided_at INTEGER,
	reason TEXT,
	appealed_at INTEGER,
	appeal_due INTEGER,
	appeal_by TEXT REFERENCES person (id),
	appeal_country TEXT REFERENCES country (code),
	appeal_at INTEGER,
	appeal_reason TEXT,
	CONSTRAINT dispute_decided CHECK (state IN ('received', 'withdrawn')
		OR (decided_by IS NOT NULL AND decided_country IS NOT NULL AND decided_at IS NOT NULL AND reason IS NOT NULL)),
	CONSTRAINT dispute_appealed CHECK (state NOT IN ('appealed', 'appeal-upheld', 'appeal-dismissed')
		OR (appealed_at IS NOT NULL AND appeal_due IS NOT NULL)),
	CONSTRAINT dispute_other_country CHECK (state NOT IN ('appeal-upheld', 'appeal-dismissed')
		OR (appeal_by IS NOT NULL AND appeal_country IS NOT NULL AND appeal_at IS NOT NULL AND appeal_reason IS NOT NULL
			AND appeal_by <> decided_by AND appeal_country <> decided_country))
) STRICT;
CREATE INDEX dispute_by_state ON dispute (state, due_at, id);
CREATE INDEX dispute_by_x ON dispute (x, received_at);
CREATE INDEX dispute_by_time ON dispute (received_at, id);

-- Many reports of one thing that are not independent: an analyst is told once.
CREATE TABLE flood (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	x TEXT NOT NULL REFERENCES identifier (x),
	at INTEGER NOT NULL,
	reports INTEGER NOT NULL,
	independent INTEGER NOT NULL,
	seen_by TEXT REFERENCES person (id),
	seen_at INTEGER
) STRICT;
CREATE UNIQUE INDEX flood_one_open ON flood (x) WHERE seen_by IS NULL;
CREATE INDEX flood_by_time ON flood (at, id);

-- Portals that an operator made known: they are given the keys of private checking. `key`: X25519, hexadecimal.
CREATE TABLE portal (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	key TEXT NOT NULL CHECK (length(key) = 64),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
	added_by TEXT NOT NULL,
	added_at INTEGER NOT NULL,
	ended_by TEXT,
	ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX portal_one ON portal (key) WHERE ended_at IS NULL;

-- F(x) by key, so that a bulletin costs what has changed.
CREATE TABLE evaluated (
	key_id TEXT NOT NULL CHECK (length(key_id) = 16),
	x TEXT NOT NULL,
	output BLOB NOT NULL CHECK (length(output) = 64),
	PRIMARY KEY (key_id, x)
) STRICT;

-- One row: the newest bulletin's number and hour; neither ever goes back.
CREATE TABLE bulletin_state (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	number INTEGER NOT NULL CHECK (number >= 0),
	made_at INTEGER NOT NULL
) STRICT;
INSERT INTO bulletin_state (one, number, made_at) VALUES (1, 0, 0);
