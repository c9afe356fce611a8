-- Who did what to which thing, from where. Nothing was written to the table that 0001 made for it.

DROP TABLE audit;

-- Append-only, and never purged: each row hashes the row before it and its own fields, so that whoever changes or takes
-- one out in the middle breaks the chain (`parcelwire audit verify`). Never a secret, never a body, no personal data of
-- recipients.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- without a gap: given inside the writer's transaction
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,                      -- a user's or a token's name; empty for a stranger
    actor_id    TEXT,                               -- whose name may have changed since
    via         TEXT NOT NULL CHECK (via IN ('session', 'token', 'sign_in', 'command_line', 'system')),
    remote_addr TEXT,                               -- null: from this machine
    act         TEXT NOT NULL,                      -- a word of `tracking/audit.rs`
    subject     TEXT NOT NULL,                      -- an id or a name; empty where the act has no thing
    outcome     TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail      TEXT NOT NULL CHECK (json_valid(detail)), -- an object of short texts
    previous    TEXT NOT NULL CHECK (length(previous) = 64), -- the hash of the row before; zeros for the first
    hash        TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, id);
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE INDEX audit_by_act ON audit (act, id);

CREATE TRIGGER audit_rows_stay BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_rows_never_change BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
