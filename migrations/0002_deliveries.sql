-- Every HTTP request a carrier made. Append-only ground truth: only outcome, verdict (re-verify) and counts change.

CREATE TABLE deliveries (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of capture, given inside the writer's transaction
    id             TEXT NOT NULL UNIQUE,
    endpoint_id    TEXT NOT NULL REFERENCES endpoints (id),
    carrier        TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    is_test        INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    remote_addr    TEXT NOT NULL,
    remote_net     TEXT NOT NULL,                      -- the IPv4 address or the IPv6 /64: who counts as one sender
    size           INTEGER NOT NULL,
    body_sha256    TEXT NOT NULL,
    verdict        TEXT NOT NULL CHECK (verdict IN ('verified', 'authenticated', 'failed', 'unattempted')),
    reason         TEXT CHECK ((reason IS NOT NULL) = (verdict = 'failed')),
    scheme         TEXT NOT NULL,
    covers         TEXT NOT NULL CHECK (covers IN ('body', 'data', 'timestamp', 'none')),
    secret_name    TEXT,
    secret_slot    TEXT CHECK (secret_slot IN ('current', 'previous')),
    warnings       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(warnings)),
    diagnosis      TEXT CHECK (diagnosis IS NULL OR json_valid(diagnosis)),
    message_key    TEXT,
    claimed        INTEGER NOT NULL CHECK (claimed IN (0, 1)), -- it is the first delivery of its message
    attempt        INTEGER,
    outcome        TEXT NOT NULL CHECK (outcome IN ('received', 'applied', 'partial', 'duplicate', 'ignored', 'held',
                                                    'observed', 'quarantined', 'unreadable', 'rejected')),
    outcome_detail TEXT,
    answer         TEXT NOT NULL CHECK (answer IN ('accepted', 'duplicate', 'refused')),
    duplicate_of   TEXT,                               -- id of the first delivery of the same message
    tries          INTEGER NOT NULL DEFAULT 0,         -- how often applying was begun; three times without an end: set aside
    released       INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)), -- an operator had it applied whatever its verdict
    seen_count     INTEGER NOT NULL DEFAULT 1,         -- identical refusals share a row
    last_seen_at   INTEGER NOT NULL,
    commit_ms      INTEGER,                            -- measured; written with the transaction after its own
    -- Only what was proven claims a message key or is due.
    CHECK (claimed = 0 OR (message_key IS NOT NULL AND verdict IN ('verified', 'authenticated'))),
    CHECK (outcome <> 'received' OR verdict IN ('verified', 'authenticated') OR released = 1)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (seq) WHERE outcome = 'received';
CREATE UNIQUE INDEX deliveries_message ON deliveries (endpoint_id, is_test, message_key) WHERE claimed = 1;
CREATE UNIQUE INDEX deliveries_refused ON deliveries (endpoint_id, is_test, body_sha256, reason) WHERE outcome = 'rejected';
-- Covers the bookkeeping of the caps: nothing else is read.
CREATE INDEX deliveries_refused_by_net ON deliveries (endpoint_id, remote_net, seq, size) WHERE outcome = 'rejected';
CREATE INDEX deliveries_of_endpoint ON deliveries (endpoint_id, seq);
CREATE INDEX deliveries_by_time ON deliveries (received_at);
CREATE INDEX deliveries_by_hash ON deliveries (body_sha256);
CREATE INDEX deliveries_by_verdict ON deliveries (verdict, seq);
CREATE INDEX deliveries_by_outcome ON deliveries (outcome, seq);
CREATE INDEX deliveries_repeated ON deliveries (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Exact bytes and sealed headers, apart so that lists never touch them. The body is null where it equals the body of the
-- first delivery of the same message, and where retention or erasure took it.
CREATE TABLE delivery_bodies (
    seq            INTEGER PRIMARY KEY REFERENCES deliveries (seq) ON DELETE CASCADE,
    headers_key_id TEXT NOT NULL,
    headers        BLOB NOT NULL,                      -- [["name","value"],…] in order, sealed to delivery/<id>/headers
    body           BLOB
) STRICT;
