-- A second factor for signing in: codes by the time (RFC 6238).

CREATE TABLE second_factors (
    user_id      TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    key_id       TEXT NOT NULL,
    sealed       BLOB NOT NULL,                     -- the shared key, sealed to second_factor/<user>
    confirmed_at INTEGER,                           -- null: shown to its user, who has not typed a code of it yet
    last_step    INTEGER NOT NULL DEFAULT 0,        -- no code of this step or an earlier one is taken again
    recovery     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(recovery)) -- hashes of the recovery codes not used yet
) STRICT, WITHOUT ROWID;
