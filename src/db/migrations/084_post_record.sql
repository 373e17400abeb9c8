-- The newest records of each post's spool, by their hash: one that is sent again must be the one that was sent before.
CREATE TABLE post_record (
	post_id TEXT NOT NULL REFERENCES post (id),
	seq INTEGER NOT NULL CHECK (seq >= 1),
	hash TEXT NOT NULL CHECK (length(hash) = 64),
	PRIMARY KEY (post_id, seq)
) STRICT;
INSERT INTO post_record (post_id, seq, hash) SELECT id, spool_seq, spool_hash FROM post WHERE spool_seq > 0;
