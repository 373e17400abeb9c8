-- What officers say came of the work (counts, never persons), operations of two countries, and releases of figures.
-- As in the registry, the checks hold for whoever writes: nothing counts that a second officer has not confirmed, no release goes out by
-- one person alone, and what was released is never written over.
CREATE TABLE joint_operation (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	-- as both countries write it, and the public reads it
	code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 3 AND 32),
	host TEXT NOT NULL CHECK (length(host) = 2),
	partner TEXT NOT NULL CHECK (length(partner) = 2 AND partner <> host),
	created_by TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE outcome (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	figure TEXT NOT NULL CHECK (length(figure) BETWEEN 3 AND 64),
	-- 202610
	month INTEGER NOT NULL CHECK (month BETWEEN 200001 AND 299912 AND month % 100 BETWEEN 1 AND 12),
	-- of those who are counted; zz: not known; --: the figure has no parts
	country TEXT NOT NULL CHECK (length(country) = 2),
	number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 1000000000000),
	-- persons or cases behind a number of another kind
	people INTEGER NOT NULL CHECK (people BETWEEN 0 AND 1000000000),
	-- the country that says so
	side TEXT NOT NULL CHECK (length(side) = 2),
	joint_id TEXT REFERENCES joint_operation (id),
	state TEXT NOT NULL CHECK (state IN ('entered', 'confirmed', 'replaced', 'withdrawn')),
	entered_by TEXT NOT NULL,
	entered_at INTEGER NOT NULL,
	confirmed_by TEXT,
	confirmed_at INTEGER,
	-- a correction: this one stands in the place of another, and says why
	replaces TEXT UNIQUE REFERENCES outcome (id),
	reason TEXT,
	note TEXT CHECK (length(note) <= 1000),
	CONSTRAINT outcome_two CHECK (state NOT IN ('confirmed', 'replaced')
		OR (confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL AND confirmed_by <> entered_by)),
	CONSTRAINT outcome_reason CHECK (replaces IS NULL OR reason IS NOT NULL)
) STRICT;
CREATE INDEX outcome_by_month ON outcome (month, figure, country, id);
CREATE INDEX outcome_by_joint ON outcome (joint_id, month, figure, country);

CREATE TABLE figures_release (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	number INTEGER UNIQUE CHECK (number >= 1),
	month INTEGER NOT NULL CHECK (month BETWEEN 200001 AND 299912 AND month % 100 BETWEEN 1 AND 12),
	state TEXT NOT NULL CHECK (state IN ('proposed', 'released', 'discarded')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	-- the numbers as they are, for the hub and auditors alone
	snapshot TEXT NOT NULL,
	-- what the public reads: bytes that are never changed
	document TEXT,
	hash TEXT CHECK (length(hash) = 64),
	released_by TEXT,
	released_at INTEGER,
	leaf_id TEXT REFERENCES ledger_leaf (id),
	CONSTRAINT figures_released CHECK ((state = 'released') = (document IS NOT NULL) AND (state <> 'released'
		OR (number IS NOT NULL AND hash IS NOT NULL AND released_by IS NOT NULL AND released_by <> proposed_by
			AND released_at IS NOT NULL AND leaf_id IS NOT NULL)))
) STRICT;
CREATE INDEX figures_release_by_month ON figures_release (month, number);
CREATE UNIQUE INDEX figures_release_open ON figures_release (state) WHERE coalesce(state, '') = 'proposed';
