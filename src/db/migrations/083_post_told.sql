-- What a post was told last of what is always told whole: the roster, the key of crossings. By hash, so that it is told again only when
-- it is another.
CREATE TABLE post_told (
	post_id TEXT NOT NULL REFERENCES post (id),
	kind TEXT NOT NULL,
	hash TEXT NOT NULL CHECK (length(hash) = 64),
	PRIMARY KEY (post_id, kind)
) STRICT;
