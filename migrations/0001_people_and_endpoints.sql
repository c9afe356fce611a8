-- Who uses Parcelwire, and where carriers post. Conventions of every table here:
-- ids are UUIDs as hyphenated lower-case text; instants are INTEGER milliseconds UTC (`_at`, `_until`); local times are
-- TEXT `YYYY-MM-DDTHH:MM:SS`; lists and objects are JSON as TEXT; words are checked against the closed lists of
-- `tracking`; a sealed value is two columns, the id of its key and nonce||ciphertext.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,   -- key_check: tells whether secret.key fits; probe: last write of the readiness probe
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    name_norm     TEXT NOT NULL UNIQUE,           -- lower case: nobody signs up as a look-alike
    password_hash TEXT NOT NULL,                  -- Argon2id, PHC string
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER
) STRICT;

CREATE TABLE sessions (
    hash         TEXT NOT NULL PRIMARY KEY,       -- SHA-256 of the cookie; the cookie itself is nowhere
    id           TEXT NOT NULL UNIQUE,            -- names it on the page that ends sessions
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    remote_addr  TEXT NOT NULL,
    user_agent   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id, last_used_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE api_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    scope        TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,                         -- to the minute: not a write per request
    revoked_at   INTEGER
) STRICT;

CREATE TABLE endpoints (
    id                    TEXT NOT NULL PRIMARY KEY,
    carrier               TEXT NOT NULL,
    label                 TEXT NOT NULL,
    state                 TEXT NOT NULL CHECK (state IN ('active', 'paused', 'observe')),
    settings              TEXT NOT NULL CHECK (json_valid(settings)),
    token_hash            TEXT NOT NULL UNIQUE,   -- looked up by; the token is sealed beside it, for display
    token_key_id          TEXT NOT NULL,
    token_sealed          BLOB NOT NULL,
    previous_token_hash   TEXT UNIQUE,            -- the URL before the last change, while it is served too
    previous_token_until  INTEGER,
    memory                TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(memory)), -- what registration remembers
    last_checked_at       INTEGER,
    created_at            INTEGER NOT NULL,
    deleted_at            INTEGER                 -- soft: its deliveries and parcels stay
) STRICT;

CREATE TABLE endpoint_secrets (
    endpoint_id  TEXT NOT NULL REFERENCES endpoints (id),
    name         TEXT NOT NULL CHECK (name IN ('secret', 'api_key', 'header_value', 'client_id', 'client_secret')),
    slot         TEXT NOT NULL CHECK (slot IN ('current', 'previous')),
    key_id       TEXT NOT NULL,
    sealed       BLOB NOT NULL,                   -- bound to endpoint and name, not to the slot: rotation moves the row
    last4        TEXT,                            -- null under 16 characters
    rotated_at   INTEGER NOT NULL,
    valid_until  INTEGER,                         -- null: the current one
    last_used_at INTEGER,
    PRIMARY KEY (endpoint_id, name, slot)
) STRICT, WITHOUT ROWID;

-- What is shown of an endpoint's health without counting its deliveries. Tests are not counted.
CREATE TABLE endpoint_stats (
    endpoint_id      TEXT NOT NULL PRIMARY KEY REFERENCES endpoints (id),
    deliveries       INTEGER NOT NULL DEFAULT 0,
    last_delivery_at INTEGER,
    last_verified_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_failures (
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    hour        INTEGER NOT NULL,                 -- hours since 1970; older ones than two days are dropped
    failures    INTEGER NOT NULL,
    PRIMARY KEY (endpoint_id, hour)
) STRICT, WITHOUT ROWID;

-- A log of what was tried to make a carrier post here; the newest row of a name is how far that step is.
CREATE TABLE registration_steps (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    name        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('todo', 'done', 'failed')),
    message     TEXT,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX registration_steps_of_endpoint ON registration_steps (endpoint_id, name, id);

-- One-time nonces by which the front door knows a test delivery. The hash is kept, not the nonce.
CREATE TABLE test_nonces (
    hash        TEXT NOT NULL PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    purpose     TEXT NOT NULL,                    -- the test event's word, for display
    expires_at  INTEGER NOT NULL,
    delivery_id TEXT                              -- set when consumed: the row the test became
) STRICT, WITHOUT ROWID;
CREATE INDEX test_nonces_by_end ON test_nonces (expires_at);

-- Things that are counted and not stored: unknown tokens, 429s.
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- From a carrier's code to the vocabulary. Append-only: the newest version of a key counts; author null is what ships.
CREATE TABLE mappings (
    carrier    TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL CHECK (version >= 1),
    target     TEXT NOT NULL CHECK (json_valid(target)),
    confidence TEXT NOT NULL CHECK (confidence IN ('H', 'M', 'L')),
    note       TEXT NOT NULL,
    author     TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (carrier, key, version)
) STRICT, WITHOUT ROWID;

-- What operators did to timelines. Ground truth: acts point at (endpoint, is_test, number or dedupe key), never at
-- derived rows, so that a rebuild applies them again.
CREATE TABLE operator_acts (
    id          TEXT NOT NULL PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    is_test     INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number_norm TEXT,                             -- acts on a number: register, assert_status, note, tag
    dedupe_key  TEXT,                             -- acts on an event: void, unvoid, move
    act         TEXT NOT NULL,
    payload     TEXT NOT NULL CHECK (json_valid(payload)),
    reason      TEXT,
    actor       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    undone_at   INTEGER,
    CHECK (number_norm IS NOT NULL OR dedupe_key IS NOT NULL)
) STRICT;
CREATE INDEX operator_acts_on_number ON operator_acts (endpoint_id, is_test, number_norm);
CREATE INDEX operator_acts_on_event ON operator_acts (endpoint_id, is_test, dedupe_key);

-- Who changed what in the console or by token. Never a secret, never a body.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    act     TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE INDEX audit_of_subject ON audit (subject, id);
