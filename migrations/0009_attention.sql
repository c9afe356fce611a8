-- What operators did about parcels that need a person. Which parcels those are is computed when asked, and stands nowhere.

-- Ground truth, hence keyed by number and piece: it survives a rebuild. `open_*` is what the last look found, so that the
-- next one can tell what appeared and what recovered by itself.
CREATE TABLE attention (
    endpoint_id       TEXT NOT NULL REFERENCES endpoints (id),
    is_test           INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number_norm       TEXT NOT NULL,
    piece             TEXT NOT NULL,                  -- normalised barcode; empty for the one implicit piece
    owner             TEXT,                           -- name of who looks after it
    snoozed_until     INTEGER,
    snoozed_at_events INTEGER,                        -- rests until there are more events than this
    resolution        TEXT CHECK (resolution IS NULL OR json_valid(resolution)), -- by, at, reason, and which trouble was meant
    open_queue        TEXT,
    open_since        INTEGER,
    PRIMARY KEY (endpoint_id, is_test, number_norm, piece)
) STRICT, WITHOUT ROWID;
CREATE INDEX attention_open ON attention (is_test) WHERE open_queue IS NOT NULL;

-- What became of them: by whom, or by itself (actor null).
CREATE TABLE attention_log (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    is_test     INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number      TEXT NOT NULL,
    piece       TEXT NOT NULL,
    act         TEXT NOT NULL CHECK (act IN ('opened', 'assigned', 'released', 'snoozed', 'resolved', 'reopened', 'recovered')),
    queue       TEXT NOT NULL,
    actor       TEXT,
    detail      TEXT
) STRICT;
CREATE INDEX attention_log_of_number ON attention_log (endpoint_id, is_test, number, id);

-- The fold's own bit finds them without reading every parcel.
CREATE INDEX parcels_acting ON parcels (is_test) WHERE action_required = 1;
-- Delivered today, and a week ago.
CREATE INDEX parcels_by_delivery ON parcels (is_test, delivered_at) WHERE delivered_at IS NOT NULL;
