-- The editions: what the list was, is, and how it was told.

-- Leaves of the log "list" that say what is on the list (docs/formats/edition.md), by whom they are about. `ended` is the place of
-- the next one about the same; so the list at any size n of the log is: place < n, ended >= n, put = 1. Made from ledger_leaf
-- alone, up to the size in edition_fold; whoever doubts it can make it anew.
CREATE TABLE edition_leaf (
	subject TEXT NOT NULL CHECK (length(subject) = 32),
	place INTEGER NOT NULL UNIQUE CHECK (place >= 0),
	leaf TEXT NOT NULL UNIQUE REFERENCES ledger_leaf (id),
	put INTEGER NOT NULL CHECK (put IN (0, 1)),
	ended INTEGER NOT NULL CHECK (ended > place),
	PRIMARY KEY (subject, place)
) STRICT;

CREATE TABLE edition_fold (
	one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;
INSERT INTO edition_fold (one, size) VALUES (1, 0);

-- A number is given once: of several hubs that build at the same time one wins. The one before must be there.
CREATE TABLE edition (
	number INTEGER NOT NULL PRIMARY KEY CHECK (number >= 1),
	previous INTEGER UNIQUE REFERENCES edition (number),
	epoch INTEGER NOT NULL,
	issued_at INTEGER NOT NULL,
	soft_at INTEGER NOT NULL,
	hard_at INTEGER NOT NULL,
	log_size INTEGER NOT NULL CHECK (log_size >= 0),
	root BLOB NOT NULL CHECK (length(root) = 32),
	state BLOB NOT NULL CHECK (length(state) = 32),
	listings INTEGER NOT NULL CHECK (listings >= 0),
	clearances INTEGER NOT NULL CHECK (clearances >= 0),
	witnessed INTEGER NOT NULL CHECK (witnessed IN (0, 1)),
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	manifest TEXT NOT NULL,
	CHECK ((number = 1 AND previous IS NULL) OR (number > 1 AND previous IS NOT NULL AND previous = number - 1))
) STRICT;

-- Whole files as they are handed out: from_number 0 is the snapshot, else the delta from that edition. Old ones are let go.
CREATE TABLE edition_file (
	number INTEGER NOT NULL REFERENCES edition (number),
	from_number INTEGER NOT NULL CHECK (from_number >= 0),
	sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
	bytes BLOB NOT NULL,
	PRIMARY KEY (number, from_number)
) STRICT;
