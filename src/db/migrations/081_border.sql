-- What posts told: crossings without a name, hits with their story, drills.
-- As in the registry, the checks hold for whoever writes: nobody is in custody without a basis and an end, no answer stands without its
-- author and hour, no hit is kept for longer than the law says. In a CHECK an unknown (NULL) passes, so what must be there is asked for
-- with IS NOT NULL.

-- One screening: keyed hashes and no name ("3:ab12..."), kept 30 days. Who had to be looked at has a row in `hit` as well.
CREATE TABLE crossing (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	lane TEXT NOT NULL CHECK (length(lane) <= 100),
	-- by the hub's clock as far as it is known; clock_offset is what was added to the post's
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	result TEXT NOT NULL CHECK (result IN ('pass', 'refer', 'stop')),
	document TEXT CHECK (length(document) BETWEEN 66 AND 84),
	identity TEXT CHECK (length(identity) BETWEEN 66 AND 84),
	edition INTEGER NOT NULL CHECK (edition >= 0),
	took_us INTEGER NOT NULL CHECK (took_us >= 0),
	UNIQUE (post_id, seq)
) STRICT;
CREATE INDEX crossing_by_document ON crossing (document, at);
CREATE INDEX crossing_by_identity ON crossing (identity, at);
CREATE INDEX crossing_by_time ON crossing (at);

-- Counts that stay when crossings go: by post, hour (its first millisecond), point and result. `slow`: answered too late to be useful.
CREATE TABLE crossing_count (
	post_id TEXT NOT NULL REFERENCES post (id),
	hour INTEGER NOT NULL CHECK (hour % 3600000 = 0),
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	result TEXT NOT NULL CHECK (result IN ('pass', 'refer', 'stop')),
	count INTEGER NOT NULL CHECK (count >= 1),
	slow INTEGER NOT NULL DEFAULT 0 CHECK (slow BETWEEN 0 AND count),
	PRIMARY KEY (post_id, hour, point, result)
) STRICT;
CREATE INDEX crossing_count_by_hour ON crossing_count (hour);

-- Editions that crossings were screened with although a newer one stood: whom it added, those are looked for once more.
CREATE TABLE crossing_late (
	edition INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE hit (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	check_id TEXT NOT NULL CHECK (length(check_id) = 32),
	lane TEXT NOT NULL CHECK (length(lane) <= 100),
	officer TEXT NOT NULL,
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	-- as in `crossing`
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	received_at INTEGER NOT NULL,
	edition INTEGER NOT NULL CHECK (edition >= 0),
	list_age INTEGER,
	result TEXT NOT NULL CHECK (result IN ('refer', 'stop')),
	act TEXT NOT NULL,
	quiet INTEGER NOT NULL CHECK (quiet IN (0, 1)),
	-- JSON as it came (docs/formats/spool.md), without what stands in columns
	traveller TEXT NOT NULL,
	candidates TEXT NOT NULL,
	mrz TEXT,
	caption TEXT NOT NULL,
	-- what the keyed hashes of a crossing are made of: "d|kh|N123", "n|kim minsoo|1990-03-07"
	document TEXT,
	identity TEXT,
	-- the gravest candidate, how surely it is he, and whose it is
	entry_id TEXT NOT NULL CHECK (length(entry_id) = 32),
	grade TEXT NOT NULL CHECK (grade IN ('like', 'identity')),
	owner TEXT NOT NULL CHECK (length(owner) = 2),
	handling INTEGER NOT NULL CHECK (handling BETWEEN 0 AND 3),
	state TEXT NOT NULL CHECK (state IN
		('open', 'confirmed', 'cleared', 'custody', 'released', 'handed-over', 'refused-entry', 'protected', 'closed')),
	custody_from INTEGER,
	custody_until INTEGER,
	custody_basis TEXT,
	-- of the time that custody may last: hundredths that were told of
	custody_told INTEGER NOT NULL DEFAULT 0 CHECK (custody_told IN (0, 75, 100)),
	-- the two officers of data/hit/acts.tsv
	seen_by TEXT,
	confirmed_by TEXT,
	-- the partner: asked when the hit came, answers with a clock
	asked_at INTEGER,
	answer_due INTEGER,
	answered_at INTEGER,
	answered_by TEXT,
	answer TEXT CHECK (answer IN ('same', 'other', 'unknown')),
	answer_text TEXT,
	escalated INTEGER NOT NULL DEFAULT 0 CHECK (escalated IN (0, 1)),
	-- another hit of the same person at another place at a time that nobody can be at both
	misuse_of TEXT REFERENCES hit (id),
	delete_at INTEGER NOT NULL,
	UNIQUE (post_id, seq),
	CONSTRAINT hit_custody CHECK (state <> 'custody'
		OR (custody_from IS NOT NULL AND custody_until IS NOT NULL AND custody_until > custody_from
			AND custody_basis IS NOT NULL AND length(custody_basis) > 0 AND confirmed_by IS NOT NULL)),
	CONSTRAINT hit_asked CHECK ((asked_at IS NULL) = (answer_due IS NULL) AND (asked_at IS NULL OR answer_due > asked_at)),
	CONSTRAINT hit_answered CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)
		AND (answer IS NULL OR asked_at IS NOT NULL)),
	CONSTRAINT hit_misuse CHECK (misuse_of IS NULL OR misuse_of <> id),
	-- 3 years of 366 days
	CONSTRAINT hit_kept CHECK (delete_at > received_at AND delete_at - received_at <= 94867200000)
) STRICT;
CREATE INDEX hit_by_time ON hit (at, id);
CREATE INDEX hit_by_state ON hit (state, at, id);
CREATE INDEX hit_by_post ON hit (post_id, at, id);
CREATE INDEX hit_by_entry ON hit (entry_id, at, id);
CREATE INDEX hit_by_owner ON hit (owner, at, id);
CREATE INDEX hit_by_document ON hit (document, at);
CREATE INDEX hit_by_identity ON hit (identity, at);
CREATE INDEX hit_by_misuse ON hit (misuse_of, at) WHERE misuse_of IS NOT NULL;
CREATE INDEX hit_by_deletion ON hit (delete_at);
CREATE INDEX hit_in_custody ON hit (custody_until, id) WHERE coalesce(state, '') = 'custody';
CREATE INDEX hit_unanswered ON hit (answer_due, id) WHERE asked_at IS NOT NULL AND answered_at IS NULL;

-- Everybody whom the traveller was like. `explained`: the hit still says by what, in the listed person's own words; no longer once the
-- entry is erased.
CREATE TABLE hit_candidate (
	entry_id TEXT NOT NULL CHECK (length(entry_id) = 32),
	hit_id TEXT NOT NULL REFERENCES hit (id),
	explained INTEGER NOT NULL CHECK (explained IN (0, 1)),
	PRIMARY KEY (entry_id, hit_id)
) STRICT;
CREATE INDEX hit_candidate_by_hit ON hit_candidate (hit_id);

CREATE TABLE hit_act (
	hit_id TEXT NOT NULL REFERENCES hit (id),
	number INTEGER NOT NULL CHECK (number >= 1),
	at INTEGER NOT NULL,
	clock_offset INTEGER,
	received_at INTEGER NOT NULL,
	-- NULL: done in the hub
	post_id TEXT REFERENCES post (id),
	seq INTEGER,
	officer TEXT NOT NULL,
	act TEXT NOT NULL,
	-- of the hit, after it
	state TEXT NOT NULL,
	-- why it could not be by data/hit/acts.tsv: it happened all the same, and the state did not follow
	not_possible TEXT,
	note TEXT,
	fields TEXT,
	photo BLOB CHECK (length(photo) <= 524288),
	-- what a clearing led to
	clearance_id TEXT,
	PRIMARY KEY (hit_id, number),
	UNIQUE (post_id, seq),
	CONSTRAINT hit_act_place CHECK ((post_id IS NULL) = (seq IS NULL))
) STRICT;

CREATE INDEX hit_act_not_possible ON hit_act (received_at) WHERE not_possible IS NOT NULL;

-- "He has been in the country since": an entry that was published, and a crossing or hit of before. Kept as long as a hit.
CREATE TABLE past_crossing (
	entry_id TEXT NOT NULL REFERENCES entry (id),
	-- the check, of which a hit may stand as well
	crossing_id TEXT NOT NULL CHECK (length(crossing_id) = 32),
	by_what TEXT NOT NULL CHECK (by_what IN ('document', 'identity')),
	point TEXT NOT NULL CHECK (point IN ('entry', 'exit')),
	result TEXT NOT NULL CHECK (result IN ('pass', 'refer', 'stop')),
	at INTEGER NOT NULL,
	post_id TEXT NOT NULL REFERENCES post (id),
	found_at INTEGER NOT NULL,
	PRIMARY KEY (entry_id, crossing_id)
) STRICT;
CREATE INDEX past_crossing_by_found ON past_crossing (found_at, entry_id);

-- One row: the place in the log "list" up to which entries were looked for among crossings.
CREATE TABLE past_state (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	place INTEGER NOT NULL CHECK (place >= 0)
) STRICT;

CREATE TABLE drill (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	post_id TEXT NOT NULL REFERENCES post (id),
	lane TEXT CHECK (length(lane) <= 100),
	-- {"entry","mrz":[...],"name"}: whom the practice traveller was made like; gone with the drill's end
	traveller TEXT,
	ordered_by TEXT NOT NULL,
	ordered_at INTEGER NOT NULL,
	until INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('ordered', 'noticed', 'missed', 'ended')),
	answered_at INTEGER,
	answer_ms INTEGER CHECK (answer_ms >= 0),
	officer TEXT,
	ended_by TEXT,
	CONSTRAINT drill_lasts CHECK (until > ordered_at AND until - ordered_at <= 86400000),
	CONSTRAINT drill_noticed CHECK (state <> 'noticed' OR (answered_at IS NOT NULL AND answer_ms IS NOT NULL AND officer IS NOT NULL)),
	CONSTRAINT drill_forgets CHECK ((state = 'ordered') = (traveller IS NOT NULL))
) STRICT;
CREATE INDEX drill_by_post ON drill (post_id, ordered_at, id);
CREATE INDEX drill_by_time ON drill (ordered_at, id);
CREATE INDEX drill_by_state ON drill (state, until);

-- Other things that a post told of itself.
CREATE TABLE post_event (
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	at INTEGER NOT NULL,
	what TEXT NOT NULL CHECK (length(what) BETWEEN 1 AND 64),
	detail TEXT CHECK (length(detail) <= 2000),
	officer TEXT,
	-- a record that could not be read, or an act of no hit, as it came; gone after 30 days
	record TEXT,
	PRIMARY KEY (post_id, seq)
) STRICT;
CREATE INDEX post_event_by_time ON post_event (at);
