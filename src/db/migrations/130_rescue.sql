-- Calls for help, each with its two addressees: the country of the hub and another one.
-- As elsewhere the checks hold for whoever writes: nobody acknowledges for a country that is not his, and no call is closed by one country
-- or one person alone.
CREATE UNIQUE INDEX person_in_country ON person (id, country);

CREATE TABLE rescue (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	-- as officers of both sides name it to each other
	number INTEGER NOT NULL UNIQUE CHECK (number >= 1),
	item_id TEXT NOT NULL UNIQUE REFERENCES inbox_item (id),
	-- by the portal's clock
	sent_at INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	-- family: a concern about somebody else
	relation TEXT NOT NULL CHECK (relation IN ('self', 'family')),
	host TEXT NOT NULL CHECK (length(host) = 2),
	partner TEXT NOT NULL CHECK (length(partner) = 2 AND partner <> host),
	state TEXT NOT NULL CHECK (state IN ('received', 'in-hand', 'closing', 'closed')),
	-- words with | between: what the hotline demands and was not given
	missing TEXT NOT NULL,
	-- JSON: what was said, without the way to reach him; NULL once it was forgotten
	content TEXT,
	-- when those who hold him look through the telephone next, as far as that is known
	check_at INTEGER,
	-- the last words of whoever has the receipt
	said_at INTEGER NOT NULL,
	result TEXT,
	proposed_by TEXT,
	proposed_country TEXT,
	proposed_at INTEGER,
	agreed_by TEXT,
	agreed_country TEXT,
	agreed_at INTEGER,
	FOREIGN KEY (proposed_by, proposed_country) REFERENCES person (id, country),
	FOREIGN KEY (agreed_by, agreed_country) REFERENCES person (id, country),
	CONSTRAINT rescue_proposed CHECK ((proposed_by IS NULL) = (proposed_country IS NULL) AND (proposed_by IS NULL) = (proposed_at IS NULL)
		AND (proposed_by IS NULL) = (result IS NULL) AND (state IN ('closing', 'closed')) = (proposed_by IS NOT NULL)
		AND (proposed_country IS NULL OR proposed_country IN (host, partner))),
	CONSTRAINT rescue_two CHECK ((agreed_by IS NULL) = (agreed_country IS NULL) AND (agreed_by IS NULL) = (agreed_at IS NULL)
		AND (state = 'closed') = (agreed_by IS NOT NULL)
		AND (agreed_country IS NULL OR (agreed_country IN (host, partner) AND agreed_country <> proposed_country))),
	CONSTRAINT rescue_forgotten CHECK (content IS NOT NULL OR state = 'closed')
) STRICT;
CREATE INDEX rescue_by_time ON rescue (received_at, id);
CREATE INDEX rescue_by_state ON rescue (state, received_at);

-- How each of the two stands with it. `desk` and `second`: the roles of the tiers, as data/awareness/rescue_desks.tsv had them.
CREATE TABLE rescue_desk (
	rescue_id TEXT NOT NULL REFERENCES rescue (id),
	country TEXT NOT NULL CHECK (length(country) = 2),
	desk TEXT NOT NULL,
	second TEXT NOT NULL,
	rung_at INTEGER NOT NULL,
	due_at INTEGER NOT NULL CHECK (due_at > rung_at),
	acknowledged_by TEXT,
	acknowledged_at INTEGER,
	-- nobody had acknowledged when the time was over
	escalated_at INTEGER CHECK (escalated_at >= due_at),
	PRIMARY KEY (rescue_id, country),
	FOREIGN KEY (acknowledged_by, country) REFERENCES person (id, country),
	CONSTRAINT rescue_desk_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
) STRICT;
CREATE INDEX rescue_desk_waiting ON rescue_desk (due_at) WHERE acknowledged_at IS NULL;
