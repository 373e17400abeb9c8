-- The changes of the keys that checkpoints believe, each a signed note (docs/formats/edition.md, "Key roll"). Only ever added to.
CREATE TABLE key_roll (
	epoch INTEGER NOT NULL PRIMARY KEY CHECK (epoch > 0),
	note TEXT NOT NULL
) STRICT;
