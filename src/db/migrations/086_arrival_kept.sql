-- What an unsolicited answer says of the list that it is about; whose place another list has taken, and who is on board. Where answers are
-- sent to is no address: a carrier fetches them, or holds a line.
ALTER TABLE carrier DROP COLUMN address;
ALTER TABLE arrival ADD COLUMN head TEXT NOT NULL DEFAULT '{}';
ALTER TABLE arrival_person ADD COLUMN state TEXT NOT NULL DEFAULT 'announced' CHECK (state IN ('announced', 'on-board', 'not-on-board', 'replaced'));
-- another answer, or another list, took its place
ALTER TABLE reversal ADD COLUMN ended_at INTEGER;
-- somebody was told that a call is to be made
ALTER TABLE reversal ADD COLUMN call_told INTEGER NOT NULL DEFAULT 0 CHECK (call_told IN (0, 1));
CREATE INDEX arrival_by_deletion ON arrival (delete_at);
CREATE INDEX arrival_by_flight ON arrival (sender, flight, expected_at);
CREATE INDEX arrival_person_by_edition ON arrival_person (edition);
CREATE INDEX reversal_by_person ON reversal (arrival_person_id);
