-- Reports that were given to an authority of a partner country. What they say stands in the report alone: what its reporter takes back is gone
-- for the partner too, and his country has to acknowledge that it heard so.
CREATE TABLE referral (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	-- as both sides name it to each other
	number INTEGER NOT NULL UNIQUE CHECK (number >= 1),
	report_id TEXT NOT NULL REFERENCES report (id),
	country TEXT NOT NULL REFERENCES country (code),
	-- row of data/awareness/authorities.tsv
	authority INTEGER NOT NULL CHECK (authority BETWEEN 1 AND 255),
	sent_by TEXT NOT NULL REFERENCES person (id),
	sent_at INTEGER NOT NULL,
	withdrawn_at INTEGER,
	due_at INTEGER,
	-- nobody had acknowledged when the time was over
	late_at INTEGER CHECK (late_at >= due_at),
	-- a person or a machine of the country
	acknowledged_by TEXT,
	acknowledged_at INTEGER,
	UNIQUE (report_id, authority),
	CONSTRAINT referral_withdrawn CHECK ((withdrawn_at IS NULL) = (due_at IS NULL) AND (withdrawn_at IS NULL OR due_at > withdrawn_at)),
	CONSTRAINT referral_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)
		AND (acknowledged_at IS NULL OR (withdrawn_at IS NOT NULL AND acknowledged_at >= withdrawn_at)))
) STRICT;
CREATE INDEX referral_by_time ON referral (sent_at, id);
CREATE INDEX referral_waiting ON referral (due_at) WHERE withdrawn_at IS NOT NULL AND acknowledged_at IS NULL;
