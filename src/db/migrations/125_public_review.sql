-- Who approved which text that the public is shown: exactly this one, by its hash. Two people make it good for its language.
CREATE TABLE public_review (
	document TEXT NOT NULL,
	language TEXT NOT NULL,
	hash TEXT NOT NULL,
	person TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (document, language, hash, person)
) STRICT;
