-- Submissions: the files that partners sent, and what became of each row.

CREATE TABLE submission (
	id TEXT PRIMARY KEY,
	owner TEXT NOT NULL CHECK (length(owner) = 2),
	agency TEXT,
	actor TEXT NOT NULL,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
	size INTEGER NOT NULL,
	format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx', 'json')),
	charset TEXT NOT NULL,
	language TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	row_count INTEGER NOT NULL,
	taken INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	known INTEGER NOT NULL,
	leaf_id TEXT NOT NULL,
	-- the same file of the same country is the same submission
	UNIQUE (owner, sha256),
	CONSTRAINT submission_counts CHECK (taken >= 0 AND refused >= 0 AND known >= 0 AND taken + refused + known = row_count)
) STRICT;
CREATE INDEX submission_by_time ON submission (received_at, id);
CREATE INDEX submission_by_owner ON submission (owner, received_at, id);

CREATE TABLE submission_row (
	submission_id TEXT NOT NULL REFERENCES submission (id),
	-- as the sender's program shows it
	row_number INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('taken', 'refused', 'known')),
	reference TEXT,
	name TEXT,
	entry_id TEXT REFERENCES entry (id),
	-- JSON: [{"column","field","limit","reason","value"}]; NULL where the row is good
	problems TEXT,
	-- JSON: [{"entry","evidence","owner","score"}] in thousandths of a bit and millionths; NULL where there is none
	lookalikes TEXT,
	-- whether there is one at all, and one of the owner's own entries: others are not his to see
	similar_any INTEGER NOT NULL CHECK (similar_any IN (0, 1)),
	similar_own INTEGER NOT NULL CHECK (similar_own IN (0, 1)),
	PRIMARY KEY (submission_id, row_number),
	CONSTRAINT submission_row_refused CHECK ((status = 'refused') = (problems IS NOT NULL)),
	CONSTRAINT submission_row_entry CHECK (status = 'refused' OR entry_id IS NOT NULL)
) STRICT;
CREATE INDEX submission_row_by_status ON submission_row (submission_id, status, row_number);
CREATE INDEX submission_row_by_entry ON submission_row (entry_id);

-- What the owner last said under a reference, as a keyed hash: the same again is known.
CREATE TABLE nomination_content (
	owner TEXT NOT NULL,
	reference TEXT NOT NULL,
	content TEXT NOT NULL,
	entry_id TEXT NOT NULL REFERENCES entry (id),
	PRIMARY KEY (owner, reference)
) STRICT;
CREATE INDEX nomination_content_by_entry ON nomination_content (entry_id);
