-- The registry: persons nominated for the list, what was decided of them and by whom.
-- The checks make a wrong state impossible for whoever writes, not only for this program: nobody is published without a legal
-- basis, a decision, two deciders who are not the author, examined exclusions, a birth date or document, and a ledger leaf.
-- In a CHECK an unknown (NULL) passes, so each column that must be there is asked for with IS NOT NULL.

CREATE TABLE entry (
	id TEXT PRIMARY KEY,
	version INTEGER NOT NULL CHECK (version >= 1),
	state TEXT NOT NULL CHECK (state IN ('submitted', 'in-review', 'returned', 'refused', 'approved', 'published', 'suspended',
		'under-appeal', 'expired', 'removed')),
	state_since INTEGER NOT NULL,
	-- whose it is, and how it came
	owner TEXT NOT NULL CHECK (length(owner) = 2),
	agency TEXT,
	reference TEXT NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
	inflow TEXT NOT NULL CHECK (inflow IN ('nominated', 'deported')),
	submission_id TEXT,
	handling INTEGER NOT NULL CHECK (handling BETWEEN 0 AND 3),
	submitted_by TEXT NOT NULL CHECK (length(submitted_by) > 0),
	submitted_at INTEGER NOT NULL,
	-- who it is: a FollowTheMoney entity, and what lists show of it; all of it gone after an erasure
	schema_name TEXT NOT NULL,
	person TEXT,
	content_hash TEXT NOT NULL,
	caption TEXT,
	latin TEXT,
	birth_date TEXT,
	nationality TEXT,
	document TEXT,
	has_birth_date INTEGER NOT NULL CHECK (has_birth_date IN (0, 1)),
	has_document INTEGER NOT NULL CHECK (has_document IN (0, 1)),
	offence TEXT,
	purpose TEXT,
	-- the legal officer's assessment
	reviewed_by TEXT,
	assessed_by TEXT REFERENCES person (id),
	assessed_at INTEGER,
	law TEXT,
	article TEXT,
	penalty_months INTEGER CHECK (penalty_months BETWEEN 0 AND 1200),
	dual_criminality INTEGER NOT NULL DEFAULT 0 CHECK (dual_criminality IN (0, 1)),
	convicted INTEGER NOT NULL DEFAULT 0 CHECK (convicted IN (0, 1)),
	proportionality TEXT,
	exclusions_done INTEGER NOT NULL DEFAULT 0 CHECK (exclusions_done IN (0, 1)),
	own_national INTEGER NOT NULL DEFAULT 0 CHECK (own_national IN (0, 1)),
	refugee INTEGER NOT NULL DEFAULT 0 CHECK (refugee IN (0, 1)),
	child INTEGER NOT NULL DEFAULT 0 CHECK (child IN (0, 1)),
	political INTEGER NOT NULL DEFAULT 0 CHECK (political IN (0, 1)),
	possible_victim INTEGER NOT NULL DEFAULT 0 CHECK (possible_victim IN (0, 1)),
	child_decision TEXT,
	-- the decision of two people
	decision_number TEXT,
	decision_text TEXT,
	validity_days INTEGER CHECK (validity_days BETWEEN 1 AND 1826),
	first_decider TEXT REFERENCES person (id),
	first_decided_at INTEGER,
	second_decider TEXT REFERENCES person (id),
	second_decided_at INTEGER,
	published_at INTEGER,
	review_due_at INTEGER,
	expires_at INTEGER,
	reminded INTEGER NOT NULL DEFAULT 0 CHECK (reminded BETWEEN 0 AND 3),
	suspended_by TEXT,
	-- what checkpoints are told: the ledger leaf that commits to it; NULL when they are told nothing
	listing_leaf TEXT REFERENCES ledger_leaf (id),
	-- a longer life, proposed and not yet decided
	extension_by TEXT,
	extension_until INTEGER,
	extension_text TEXT,
	extension_measures TEXT,
	-- an urgent entry: referred for 72 hours at most, while the ordinary review goes on
	urgent_by TEXT REFERENCES person (id),
	urgent_at INTEGER,
	urgent_confirmed_by TEXT REFERENCES person (id),
	urgent_until INTEGER,
	-- erasure, proposed and done
	erasure_by TEXT,
	erasure_text TEXT,
	erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
	UNIQUE (owner, reference),
	UNIQUE (id, own_national, child),

	CONSTRAINT entry_person_or_erased CHECK (
		(erased = 0 AND person IS NOT NULL AND caption IS NOT NULL)
		OR (erased = 1 AND person IS NULL AND caption IS NULL AND latin IS NULL AND birth_date IS NULL AND nationality IS NULL
			AND document IS NULL AND listing_leaf IS NULL AND state IN ('refused', 'expired', 'removed'))),
	CONSTRAINT entry_decided CHECK (
		state NOT IN ('approved', 'published', 'suspended', 'under-appeal')
		OR (assessed_by IS NOT NULL AND law IS NOT NULL AND length(law) > 0 AND article IS NOT NULL AND length(article) > 0
			AND penalty_months IS NOT NULL AND penalty_months >= 12 AND dual_criminality = 1
			AND proportionality IS NOT NULL AND length(proportionality) > 0
			AND exclusions_done = 1 AND refugee = 0 AND political = 0 AND possible_victim = 0
			AND (child = 0 OR (child_decision IS NOT NULL AND length(child_decision) > 0))
			AND (has_birth_date = 1 OR has_document = 1)
			AND decision_number IS NOT NULL AND length(decision_number) > 0 AND validity_days IS NOT NULL
			AND first_decider IS NOT NULL AND first_decided_at IS NOT NULL AND first_decider <> submitted_by)),
	CONSTRAINT entry_published CHECK (
		state NOT IN ('published', 'suspended', 'under-appeal')
		OR (second_decider IS NOT NULL AND second_decided_at IS NOT NULL AND second_decider <> first_decider
			AND second_decider <> submitted_by AND published_at IS NOT NULL
			AND review_due_at IS NOT NULL AND expires_at IS NOT NULL AND expires_at > published_at
			AND review_due_at > published_at AND review_due_at <= expires_at
			AND expires_at - published_at <= 157766400000)),
	CONSTRAINT entry_listed CHECK (
		(state NOT IN ('published', 'under-appeal') OR listing_leaf IS NOT NULL)
		AND (listing_leaf IS NULL OR state IN ('published', 'under-appeal') OR urgent_until IS NOT NULL)),
	CONSTRAINT entry_urgent CHECK (
		urgent_until IS NULL
		OR (urgent_by IS NOT NULL AND urgent_at IS NOT NULL AND urgent_confirmed_by IS NOT NULL
			AND urgent_confirmed_by <> urgent_by AND urgent_confirmed_by <> submitted_by
			AND (has_birth_date = 1 OR has_document = 1)
			AND urgent_until > urgent_at AND urgent_until - urgent_at <= 259200000))
) STRICT;
CREATE INDEX entry_by_state ON entry (state, state_since, id);
CREATE INDEX entry_by_owner ON entry (owner, state, state_since, id);
CREATE INDEX entry_by_since ON entry (state_since, id);
CREATE INDEX entry_by_owner_since ON entry (owner, state_since, id);
CREATE INDEX entry_by_inflow ON entry (inflow, state_since, id);
CREATE INDEX entry_by_owner_inflow ON entry (owner, inflow, state_since, id);
-- Of those that time ends. Whoever wants them asks with the same coalesce(), which leads to no other index.
CREATE INDEX entry_by_review ON entry (review_due_at, id) WHERE coalesce(state, '') IN ('published', 'suspended', 'under-appeal');
CREATE INDEX entry_by_owner_review ON entry (owner, review_due_at, id)
	WHERE coalesce(state, '') IN ('published', 'suspended', 'under-appeal');
CREATE INDEX entry_by_expiry ON entry (expires_at, id) WHERE coalesce(state, '') IN ('published', 'suspended', 'under-appeal');
CREATE INDEX entry_by_caption ON entry (caption, id);
CREATE INDEX entry_by_owner_caption ON entry (owner, caption, id);
CREATE INDEX entry_by_urgent ON entry (urgent_until);
CREATE INDEX entry_by_submission ON entry (submission_id, id);
CREATE INDEX entry_by_reference ON entry (reference);
CREATE INDEX entry_by_listing ON entry (listing_leaf);

-- Every form of every name, for people to read; the engine finds names (registry/similar.h).
CREATE TABLE entry_name (
	entry_id TEXT NOT NULL REFERENCES entry (id),
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	script TEXT NOT NULL,
	language TEXT,
	kind TEXT NOT NULL CHECK (kind IN ('name', 'alias', 'weakAlias', 'previousName')),
	PRIMARY KEY (entry_id, position)
) STRICT;

CREATE TABLE entry_document (
	entry_id TEXT NOT NULL REFERENCES entry (id),
	position INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('passport', 'identity-card', 'other')),
	number TEXT NOT NULL,
	country TEXT,
	canonical TEXT NOT NULL,
	PRIMARY KEY (entry_id, position)
) STRICT;
CREATE INDEX entry_document_by_number ON entry_document (canonical);

-- What may lawfully be done, each with its own basis and end. The entry's flags stand beside (and follow it by cascade), so
-- that no own national is refused entry (ICCPR art. 12(4)) and no child detained.
CREATE TABLE measure (
	id TEXT PRIMARY KEY,
	entry_id TEXT NOT NULL,
	own_national INTEGER NOT NULL,
	child INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('refuse-entry', 'detain', 'refer', 'notify-quietly', 'protect')),
	basis TEXT NOT NULL CHECK (basis IN ('decision', 'warrant', 'provisional-arrest', 'notice')),
	number TEXT,
	issuer TEXT,
	valid_from INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	ended_at INTEGER,
	FOREIGN KEY (entry_id, own_national, child) REFERENCES entry (id, own_national, child) ON UPDATE CASCADE,
	CONSTRAINT measure_ends CHECK (expires_at > valid_from),
	CONSTRAINT measure_own_national CHECK (ended_at IS NOT NULL OR kind <> 'refuse-entry' OR own_national = 0),
	CONSTRAINT measure_child CHECK (ended_at IS NOT NULL OR kind <> 'detain' OR child = 0),
	CONSTRAINT measure_detain CHECK (kind <> 'detain'
		OR (basis IN ('warrant', 'provisional-arrest', 'notice') AND number IS NOT NULL AND length(number) > 0
			AND issuer IS NOT NULL AND length(issuer) > 0))
) STRICT;
CREATE INDEX measure_by_entry ON measure (entry_id);
CREATE INDEX measure_by_expiry ON measure (expires_at);

-- The timeline: what was done, by whom, why, and the ledger leaf that proves it.
CREATE TABLE entry_event (
	entry_id TEXT NOT NULL REFERENCES entry (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	country TEXT,
	act TEXT NOT NULL,
	from_state TEXT,
	to_state TEXT NOT NULL,
	reason TEXT,
	note TEXT,
	leaf_id TEXT NOT NULL REFERENCES ledger_leaf (id),
	listing_leaf TEXT REFERENCES ledger_leaf (id), -- what checkpoints were told by this act
	PRIMARY KEY (entry_id, seq)
) STRICT;

-- Somebody saw an error: 48 hours to answer, then the supervisor.
CREATE TABLE challenge (
	id TEXT PRIMARY KEY,
	entry_id TEXT NOT NULL REFERENCES entry (id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	field TEXT,
	note TEXT NOT NULL,
	due_at INTEGER NOT NULL,
	answered_at INTEGER,
	answered_by TEXT,
	answer TEXT
) STRICT;
CREATE INDEX challenge_by_entry ON challenge (entry_id, at);
CREATE INDEX challenge_by_due ON challenge (answered_at, due_at);

-- What was refused for what it is (political, family...): the same content does not come in again.
CREATE TABLE refused_content (
	owner TEXT NOT NULL,
	content_hash TEXT NOT NULL,
	entry_id TEXT NOT NULL REFERENCES entry (id),
	reason TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (owner, content_hash)
) STRICT;

-- One row: the latest moment the hub has seen, so that a clock set back extends nothing; the key of content hashes.
CREATE TABLE registry_state (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	latest_ms INTEGER NOT NULL,
	content_key TEXT NOT NULL
) STRICT;
