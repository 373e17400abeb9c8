-- Countries, agencies, people and machines, how they prove who they are, and the audit of what everybody did.
-- Constraints say what no program may store, whoever holds the connection.

CREATE TABLE country (
	code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 2 AND code = lower(code)),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	host INTEGER NOT NULL CHECK (host IN (0, 1)),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0)
) STRICT;
CREATE UNIQUE INDEX country_one_host ON country (host) WHERE host = 1;

CREATE TABLE agency (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	country TEXT NOT NULL REFERENCES country (code),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0),
	UNIQUE (country, name),
	UNIQUE (id, country)
) STRICT;

CREATE TABLE person (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	country TEXT NOT NULL REFERENCES country (code),
	agency TEXT NOT NULL,
	login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 2 AND 100 AND login = lower(login)),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	name_key TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('active', 'locked', 'gone')),
	version INTEGER NOT NULL CHECK (version > 0),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0),
	created_by TEXT NOT NULL CHECK (created_by <> id),
	seen_ms INTEGER,
	FOREIGN KEY (agency, country) REFERENCES agency (id, country)
) STRICT;
CREATE INDEX person_by_country ON person (country, login);
CREATE INDEX person_by_name ON person (name_key);

-- Nobody gives himself a role.
CREATE TABLE person_role (
	person TEXT NOT NULL REFERENCES person (id),
	role TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 40),
	granted_by TEXT NOT NULL CHECK (granted_by <> person),
	granted_ms INTEGER NOT NULL CHECK (granted_ms > 0),
	PRIMARY KEY (person, role)
) STRICT;

-- `hash` is an Argon2id string with its parameters. `first`: made by an administrator, to be changed by its owner.
CREATE TABLE password (
	person TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
	hash TEXT NOT NULL CHECK (length(hash) BETWEEN 60 AND 128),
	first INTEGER NOT NULL CHECK (first IN (0, 1)),
	changed_ms INTEGER NOT NULL CHECK (changed_ms > 0)
) STRICT;

-- `secret` counts; `pending` waits for its first code. `last_step`: the newest 30-second step whose code was taken; a code
-- counts once.
CREATE TABLE totp (
	person TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
	id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),
	secret BLOB CHECK (length(secret) BETWEEN 16 AND 64),
	pending BLOB CHECK (length(pending) BETWEEN 16 AND 64),
	last_step INTEGER NOT NULL CHECK (last_step >= 0),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0),
	CHECK (secret IS NOT NULL OR pending IS NOT NULL)
) STRICT;

CREATE TABLE passkey (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	person TEXT NOT NULL REFERENCES person (id),
	handle BLOB NOT NULL UNIQUE CHECK (length(handle) BETWEEN 16 AND 1023),
	algorithm INTEGER NOT NULL CHECK (algorithm IN (-7, -8, -257)),
	public_key BLOB NOT NULL CHECK (length(public_key) > 0),
	counter INTEGER NOT NULL CHECK (counter BETWEEN 0 AND 4294967295),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0),
	used_ms INTEGER
) STRICT;
CREATE INDEX passkey_by_person ON passkey (person);

-- The login of a ministry: who its subject is with us.
CREATE TABLE oidc_identity (
	issuer TEXT NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
	subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
	person TEXT NOT NULL REFERENCES person (id),
	PRIMARY KEY (issuer, subject)
) STRICT;

-- The cookie holds the token, the table only its SHA-256. Strength: 1 password alone, 3 with code or OIDC, 4 passkey.
CREATE TABLE session (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
	person TEXT NOT NULL REFERENCES person (id),
	strength INTEGER NOT NULL CHECK (strength IN (1, 3, 4)),
	opened_ms INTEGER NOT NULL CHECK (opened_ms > 0),
	used_ms INTEGER NOT NULL CHECK (used_ms >= opened_ms),
	proved_ms INTEGER NOT NULL CHECK (proved_ms > 0)
) STRICT;
CREATE INDEX session_by_person ON session (person);

-- What was asked for and must come back, once: WebAuthn challenges, OIDC states, the code of the first set-up.
CREATE TABLE login_challenge (
	secret BLOB NOT NULL PRIMARY KEY CHECK (length(secret) = 32),
	kind TEXT NOT NULL CHECK (kind IN ('assertion', 'creation', 'oidc', 'setup')),
	person TEXT REFERENCES person (id),
	detail TEXT,
	ends_ms INTEGER NOT NULL CHECK (ends_ms > 0)
) STRICT;

-- Machines: bearer tokens and client certificates, by SHA-256 of the token or of the certificate.
CREATE TABLE machine (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	country TEXT NOT NULL REFERENCES country (code),
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	kind TEXT NOT NULL CHECK (kind IN ('bearer', 'certificate')),
	secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
	roles TEXT NOT NULL CHECK (length(roles) > 0),
	created_ms INTEGER NOT NULL CHECK (created_ms > 0),
	created_by TEXT NOT NULL,
	ends_ms INTEGER NOT NULL CHECK (ends_ms > created_ms),
	ended_ms INTEGER,
	used_ms INTEGER
) STRICT;
CREATE INDEX machine_by_country ON machine (country, name);

-- Failed attempts by account and by address, both hashed.
CREATE TABLE attempt (
	subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 32),
	failures INTEGER NOT NULL CHECK (failures >= 0),
	last_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL
) STRICT;

-- Two administrators give a person a new start; neither of them is the person. Each is given one half of the password.
CREATE TABLE recovery (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	person TEXT NOT NULL REFERENCES person (id),
	proposed_by TEXT NOT NULL CHECK (proposed_by <> person),
	proposed_ms INTEGER NOT NULL CHECK (proposed_ms > 0),
	half TEXT NOT NULL,
	confirmed_by TEXT CHECK (confirmed_by <> person AND confirmed_by <> proposed_by),
	confirmed_ms INTEGER,
	CHECK ((confirmed_by IS NULL) = (confirmed_ms IS NULL))
) STRICT;
CREATE UNIQUE INDEX recovery_one_open ON recovery (person) WHERE confirmed_by IS NULL;

-- One row for every access and act; `id` is the row's leaf in the ledger's log "audit", which commits to all of it.
CREATE TABLE audit (
	id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	at_ms INTEGER NOT NULL CHECK (at_ms > 0),
	actor TEXT NOT NULL,
	country TEXT NOT NULL,
	session TEXT NOT NULL,
	address TEXT NOT NULL,
	strength INTEGER NOT NULL CHECK (strength BETWEEN 0 AND 4),
	purpose TEXT NOT NULL,
	action TEXT NOT NULL CHECK (length(action) > 0),
	thing_kind TEXT NOT NULL,
	thing TEXT NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('done', 'denied', 'not-found', 'refused', 'shown', 'flagged')),
	detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at_ms, id);
CREATE INDEX audit_by_thing ON audit (thing, at_ms);
CREATE INDEX audit_by_actor ON audit (actor, at_ms);
CREATE INDEX audit_flagged ON audit (at_ms) WHERE outcome = 'flagged';
