-- How well people told scams from genuine things, with a lesson and without: how many did how well, and nothing of anybody.
-- A row says how many of one language and arm had these counts; no record of one person is kept, nor when it came.
CREATE TABLE trial_count (
	-- which texts were shown
	edition TEXT NOT NULL CHECK (length(edition) = 40),
	language TEXT NOT NULL CHECK (language IN ('en', 'km', 'ko', 'zh')),
	arm TEXT NOT NULL CHECK (arm IN ('control', 'lesson')),
	-- now: before and after in one sitting; later: 21 days on, where nothing says who it was before
	phase TEXT NOT NULL CHECK (phase IN ('later', 'now')),
	before_hits INTEGER NOT NULL CHECK (before_hits BETWEEN 0 AND 3),
	before_alarms INTEGER NOT NULL CHECK (before_alarms BETWEEN 0 AND 3),
	hits INTEGER NOT NULL CHECK (hits BETWEEN 0 AND 3),
	alarms INTEGER NOT NULL CHECK (alarms BETWEEN 0 AND 3),
	people INTEGER NOT NULL CHECK (people >= 1),
	PRIMARY KEY (edition, language, arm, phase, before_hits, before_alarms, hits, alarms),
	CONSTRAINT trial_later CHECK (phase = 'now' OR (before_hits = 0 AND before_alarms = 0))
) STRICT;
