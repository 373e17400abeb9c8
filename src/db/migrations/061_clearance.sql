-- What stands with an entry: attachments; and clearances: this traveller is not that person.

CREATE TABLE attachment (
	id TEXT PRIMARY KEY,
	entry_id TEXT NOT NULL REFERENCES entry (id),
	kind TEXT NOT NULL CHECK (kind IN ('warrant', 'photo', 'decision', 'other')),
	name TEXT NOT NULL,
	type TEXT NOT NULL CHECK (type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/tiff')),
	size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 10485760),
	sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
	content BLOB NOT NULL,
	country TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	leaf_id TEXT NOT NULL,
	-- the same bytes of the same entry are the same attachment
	UNIQUE (entry_id, sha256)
) STRICT;

CREATE TABLE clearance (
	id TEXT PRIMARY KEY,
	version INTEGER NOT NULL CHECK (version >= 1),
	state TEXT NOT NULL CHECK (state IN ('proposed', 'in-force', 'ended', 'expired')),
	entry_id TEXT NOT NULL REFERENCES entry (id),
	-- the traveller: FollowTheMoney; gone once his consent is
	person TEXT,
	caption TEXT,
	photo BLOB,
	photo_type TEXT CHECK (photo_type IN ('image/jpeg', 'image/png', 'image/webp')),
	photo_sha256 TEXT,
	note TEXT,
	consent INTEGER NOT NULL CHECK (consent IN (0, 1)),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	confirmed_by TEXT,
	confirmed_at INTEGER,
	ended_by TEXT,
	ended_at INTEGER,
	end_reason TEXT,
	expires_at INTEGER NOT NULL,
	-- the ledger leaf that tells checkpoints of it, NULL when they are told nothing
	put_leaf TEXT,
	CONSTRAINT clearance_two_people CHECK (state <> 'in-force'
		OR (confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL AND confirmed_by <> proposed_by)),
	CONSTRAINT clearance_consent CHECK (state NOT IN ('proposed', 'in-force') OR (consent = 1 AND person IS NOT NULL)),
	CONSTRAINT clearance_told CHECK ((state = 'in-force') = (put_leaf IS NOT NULL)),
	CONSTRAINT clearance_lasts CHECK (expires_at > proposed_at AND expires_at - proposed_at <= 157766400000)
) STRICT;
CREATE INDEX clearance_by_state ON clearance (state, proposed_at, id);
CREATE INDEX clearance_by_entry ON clearance (entry_id);
CREATE INDEX clearance_by_expiry ON clearance (expires_at) WHERE state = 'in-force';
CREATE INDEX clearance_by_proposer ON clearance (proposed_by, proposed_at);
CREATE INDEX clearance_by_confirmer ON clearance (confirmed_by, confirmed_at);
