-- What auditors ask for, newest first: one action; and what did not go its ordinary way, whichever of it. The latter stands in the place of
-- the index of the flagged alone.
CREATE INDEX audit_by_action ON audit (action, at_ms, id);
CREATE INDEX audit_unusual ON audit (outcome, at_ms, id) WHERE outcome IN ('denied', 'flagged', 'not-found', 'refused');
DROP INDEX audit_flagged;
