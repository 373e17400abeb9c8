-- A file that an officer has marked: nobody is given it any more but by the permission evidence.restricted. It stays sealed as it is.
-- restricted: a word of data/awareness/restrictions.tsv
ALTER TABLE evidence ADD COLUMN restricted TEXT CHECK (length(restricted) BETWEEN 1 AND 32);
ALTER TABLE evidence ADD COLUMN restricted_by TEXT REFERENCES person (id) CHECK ((restricted IS NULL) = (restricted_by IS NULL));
ALTER TABLE evidence ADD COLUMN restricted_at INTEGER CHECK ((restricted IS NULL) = (restricted_at IS NULL));
-- An act about one file of the subject: its number, and why.
ALTER TABLE desk_act ADD COLUMN evidence INTEGER CHECK (evidence >= 1);
ALTER TABLE desk_act ADD COLUMN reason TEXT CHECK (length(reason) BETWEEN 1 AND 32);
