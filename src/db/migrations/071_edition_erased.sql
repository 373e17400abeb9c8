-- Leaves whose payload was erased, by what the log itself says of them: none that is in force may be among them.
ALTER TABLE edition_leaf ADD COLUMN erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1));
CREATE INDEX edition_leaf_erased ON edition_leaf (place) WHERE erased = 1;
