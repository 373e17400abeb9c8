-- What portals told of: that numbers are perhaps being gone through. One row for each portal, alarm and day (UTC), so that a portal that somebody
-- else has taken over fills no desk: its figures only rise, twofold each time, within the bounds below. Of whoever asked nothing comes.
CREATE TABLE portal_alarm (
	id TEXT PRIMARY KEY CHECK (length(id) = 32),
	version INTEGER NOT NULL CHECK (version >= 1),
	portal_id TEXT NOT NULL REFERENCES portal (id),
	-- network: single networks ask very often; sum: all together do
	alarm TEXT NOT NULL CHECK (alarm IN ('network', 'sum')),
	-- days since 1 January 1970
	day INTEGER NOT NULL CHECK (day >= 0),
	-- the hour (UTC) of the figures, its first moment
	hour_at INTEGER NOT NULL CHECK (hour_at / 86400000 = day),
	-- network: of each in that day, at least; sum: in the hour, so far
	checks INTEGER NOT NULL CHECK (checks BETWEEN 1 AND 1000000000),
	networks INTEGER CHECK (networks BETWEEN 1 AND 16384),
	-- in a whole hour at this time of day; NULL: no day is known yet
	usual INTEGER CHECK (usual BETWEEN 0 AND 1000000000),
	-- over how many as evenly spread as this
	buckets INTEGER CHECK (buckets BETWEEN 1 AND 16384),
	raised_at INTEGER NOT NULL,
	-- of the figures as they are
	seen_by TEXT REFERENCES person (id),
	seen_at INTEGER,
	UNIQUE (portal_id, alarm, day),
	CONSTRAINT portal_alarm_of CHECK ((alarm = 'network') = (networks IS NOT NULL) AND (alarm = 'sum') = (buckets IS NOT NULL)
		AND (alarm = 'sum' OR usual IS NULL)),
	CONSTRAINT portal_alarm_seen CHECK ((seen_by IS NULL) = (seen_at IS NULL))
) STRICT;
CREATE INDEX portal_alarm_by_time ON portal_alarm (raised_at, id);
