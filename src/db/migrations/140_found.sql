-- Identifiers that the machine found in what somebody wrote in his own words. A pasted message names victims and hotlines beside those who
-- wrote it: nothing here counts, is compared or told. What an analyst confirmed stands in report_identifier, as what the reporter named.
CREATE TABLE report_found (
	report_id TEXT NOT NULL REFERENCES report (id),
	number INTEGER NOT NULL CHECK (number >= 1),
	x TEXT NOT NULL CHECK (length(x) BETWEEN 3 AND 2200),
	type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 32),
	-- as it stands in the text
	typed TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'rejected')),
	decided_by TEXT REFERENCES person (id),
	decided_at INTEGER,
	PRIMARY KEY (report_id, number),
	UNIQUE (report_id, x),
	CONSTRAINT report_found_decided CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
) STRICT;
CREATE INDEX report_found_by_x ON report_found (x, report_id);
