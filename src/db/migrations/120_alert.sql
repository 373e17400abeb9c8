-- Alerts to the public: one officer writes, another releases. What went out is never written over: an update, and what takes an alert back, is
-- another one that refers to it. As in the registry, the checks hold for whoever writes.
CREATE TABLE public_alert (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	-- as the public reads it; from its release on
	number INTEGER UNIQUE CHECK (number >= 1),
	kind TEXT NOT NULL CHECK (kind IN ('alert', 'update', 'cancel')),
	-- the one that it stands in the place of
	refers TEXT REFERENCES public_alert (id),
	exercise INTEGER NOT NULL CHECK (exercise IN (0, 1)),
	-- JSON {"en","km","ko","zh"}: those that it is written in
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	advice TEXT NOT NULL,
	-- CAP's words
	urgency TEXT NOT NULL CHECK (length(urgency) BETWEEN 1 AND 16),
	severity TEXT NOT NULL CHECK (length(severity) BETWEEN 1 AND 16),
	certainty TEXT NOT NULL CHECK (length(certainty) BETWEEN 1 AND 16),
	-- words with | between
	countries TEXT NOT NULL,
	channels TEXT NOT NULL,
	campaign_id TEXT REFERENCES campaign (id),
	-- NULL: in force until replaced
	expires_at INTEGER,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'released', 'declined')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	released_by TEXT REFERENCES person (id),
	released_at INTEGER,
	leaf_id TEXT REFERENCES ledger_leaf (id),
	CONSTRAINT public_alert_refers CHECK ((kind = 'alert') = (refers IS NULL)),
	CONSTRAINT public_alert_two CHECK ((state = 'released') = (number IS NOT NULL) AND (state <> 'released'
		OR (released_by IS NOT NULL AND released_by <> proposed_by AND released_at IS NOT NULL AND leaf_id IS NOT NULL)))
) STRICT;
CREATE INDEX public_alert_by_time ON public_alert (proposed_at, id);
-- One stands in the place of another, not two.
CREATE UNIQUE INDEX public_alert_next ON public_alert (refers) WHERE number IS NOT NULL;

-- What was drawn of an alert: share images and posters. `name` as alert_file() gives it. Without bytes: it could not be drawn, and why.
CREATE TABLE alert_media (
	name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 8 AND 32),
	alert_id TEXT NOT NULL REFERENCES public_alert (id),
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	kind TEXT NOT NULL CHECK (kind IN ('card', 'poster')),
	made_at INTEGER NOT NULL,
	bytes BLOB,
	trouble TEXT CHECK (length(trouble) <= 300),
	CONSTRAINT alert_media_made CHECK ((bytes IS NULL) = (trouble IS NOT NULL))
) STRICT;
CREATE INDEX alert_media_by_alert ON alert_media (alert_id);
