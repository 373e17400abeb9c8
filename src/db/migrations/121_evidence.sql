-- What became of a file that the public sent. Its parts stay sealed as they came (inbox_item, kept); the copy that officers see is sealed to the
-- hub's inbox key as well.
-- waiting: its parts are not all here, or nobody has looked at it; clean: a picture, there is a copy; sealed: not shown, only the original is kept;
-- refused: see reason, a word of data/problems.tsv
ALTER TABLE evidence ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'clean', 'sealed', 'refused'));
ALTER TABLE evidence ADD COLUMN reason TEXT;
-- by its bytes, not by what the sender said
ALTER TABLE evidence ADD COLUMN found_media TEXT;
ALTER TABLE evidence ADD COLUMN copy_media TEXT;
ALTER TABLE evidence ADD COLUMN copy BLOB;
CREATE INDEX evidence_waiting ON evidence (state, subject_id, number);
