-- Evidence has a key of its own, which no rotation drops (docs/decisions/evidence_key.md): parts are sealed to it when they are taken, copies when
-- they are made. To which of its keys, by its id; NULL: to a key of the inbox, as before; none: no key of the hub opens it. The hub seals what is
-- under another key than the newest anew.
ALTER TABLE inbox_part ADD COLUMN key_id TEXT CHECK (length(key_id) IN (4, 16));
ALTER TABLE evidence ADD COLUMN copy_key_id TEXT CHECK (length(copy_key_id) IN (4, 16));
CREATE INDEX inbox_part_by_key ON inbox_part (key_id);
