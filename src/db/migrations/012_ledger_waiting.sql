-- A waiting leaf is found by its subject alone: beside UNIQUE (log, place) an index that begins with the log is never chosen, and
-- every append read all the leaves that wait.
DROP INDEX ledger_leaf_waiting_subject;
CREATE INDEX ledger_leaf_waiting_subject ON ledger_leaf (subject, at) WHERE place IS NULL;
