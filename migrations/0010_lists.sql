-- How operators look at the list of parcels, and what they did to many at once. Ground truth, except the uploads.

CREATE TABLE list_columns (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    columns TEXT NOT NULL                             -- words with commas, in the order shown
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_views (
    id         TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    name_norm  TEXT NOT NULL,                         -- lower case: saving under the same name replaces it
    query      TEXT NOT NULL,                         -- filter and order, as in the address
    columns    TEXT NOT NULL,
    shared     INTEGER NOT NULL CHECK (shared IN (0, 1)),
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, name_norm)
) STRICT;
CREATE INDEX saved_views_shared ON saved_views (name_norm) WHERE shared = 1;

-- One act on many parcels: what it came to for each, and what undoes it.
CREATE TABLE bulk_acts (
    id        TEXT NOT NULL PRIMARY KEY,
    actor     TEXT NOT NULL,
    at        INTEGER NOT NULL,
    report    TEXT NOT NULL CHECK (json_valid(report)),
    undone_at INTEGER
) STRICT;

-- Uploaded lists of parcels between preview and commit, and the reports of those committed. Dropped after a week.
CREATE TABLE imports (
    id           TEXT NOT NULL PRIMARY KEY,
    actor        TEXT NOT NULL,
    at           INTEGER NOT NULL,
    body         TEXT,                                -- null once committed
    report       TEXT CHECK (report IS NULL OR json_valid(report))
) STRICT;
CREATE INDEX imports_by_time ON imports (at);
