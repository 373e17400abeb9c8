-- Entries whose Latin name begins as an officer has typed it; whose they are is seen in the index itself.
CREATE INDEX entry_by_latin ON entry (latin, id, owner);
