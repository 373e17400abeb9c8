-- With each edition the file of its urgent entries alone (docs/formats/feed.md), as it is handed out. Let go with the edition's files.
CREATE TABLE edition_urgent (
	number INTEGER NOT NULL PRIMARY KEY REFERENCES edition (number),
	state BLOB NOT NULL CHECK (length(state) = 32),
	bytes BLOB NOT NULL
) STRICT;
