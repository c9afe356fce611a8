-- Everything derived from deliveries: it can be thrown away and derived again, with the same ids.

-- What a carrier bills as one job; where a carrier knows no jobs, simply the number. The unit of the fold.
CREATE TABLE shipments (
    id             TEXT NOT NULL PRIMARY KEY,         -- hash of (endpoint, is_test, number_norm)
    endpoint_id    TEXT NOT NULL REFERENCES endpoints (id),
    carrier        TEXT NOT NULL,
    is_test        INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number         TEXT NOT NULL,                     -- as first received
    number_as_of   INTEGER NOT NULL,                  -- receipt of that form; an earlier one replaces it
    number_norm    TEXT NOT NULL,
    registered_at  INTEGER,                           -- before its first event, by an operator
    registered_refs TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(registered_refs)),
    created_at     INTEGER NOT NULL,                  -- first known
    shown          INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)),
    pieces         INTEGER NOT NULL DEFAULT 0,
    delivered      INTEGER NOT NULL DEFAULT 0,
    signed_for     INTEGER NOT NULL DEFAULT 0,
    roll_up        TEXT NOT NULL DEFAULT 'pending',   -- a status word, or partially_delivered
    summary        TEXT NOT NULL DEFAULT '',
    derivation_version INTEGER NOT NULL DEFAULT 0,    -- 0: not folded yet
    UNIQUE (endpoint_id, is_test, number_norm)
) STRICT;
CREATE INDEX shipments_by_number ON shipments (number_norm);
CREATE INDEX shipments_by_derivation ON shipments (derivation_version);

-- One physical piece, as the fold left it. Only the fold writes here.
CREATE TABLE parcels (
    id             TEXT NOT NULL PRIMARY KEY,         -- hash of (shipment, piece_no, incarnation)
    shipment_id    TEXT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    endpoint_id    TEXT NOT NULL REFERENCES endpoints (id),
    carrier        TEXT NOT NULL,
    is_test        INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number         TEXT NOT NULL,
    number_norm    TEXT NOT NULL,
    piece_no       INTEGER NOT NULL,
    piece          TEXT,
    piece_norm     TEXT,
    listed         TEXT CHECK (listed IS NULL OR json_valid(listed)),
    incarnation    INTEGER NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('pending', 'info_received', 'in_transit', 'out_for_delivery',
                       'failed_attempt', 'available_for_pickup', 'exception', 'returning', 'delivered', 'returned',
                       'cancelled')),
    substatus      TEXT,
    reason         TEXT,
    status_since   INTEGER,
    head_event     TEXT,
    explanation    TEXT NOT NULL,
    leg            INTEGER NOT NULL,
    legs           TEXT NOT NULL CHECK (json_valid(legs)),
    episodes       TEXT NOT NULL CHECK (json_valid(episodes)),
    flags          TEXT NOT NULL CHECK (json_valid(flags)),
    action_required INTEGER NOT NULL CHECK (action_required IN (0, 1)),
    info_received_at INTEGER,
    accepted_at    INTEGER,
    first_out_for_delivery_at INTEGER,
    first_attempt_at INTEGER,
    delivered_at   INTEGER,
    returning_at   INTEGER,
    returned_at    INTEGER,
    last_event_at  INTEGER,
    attempts       INTEGER NOT NULL,
    last_event_text TEXT,
    last_event_place TEXT,
    events_count   INTEGER NOT NULL,
    details        TEXT NOT NULL CHECK (json_valid(details)),
    refs           TEXT NOT NULL CHECK (json_valid(refs)),
    proofs         TEXT NOT NULL CHECK (json_valid(proofs)),
    silent_since   INTEGER NOT NULL,                  -- last event, else first known: "expired" counts from here
    standing_since INTEGER NOT NULL,                  -- "stalled" counts from here; the thresholds are the endpoint's
    digest         TEXT NOT NULL,                     -- of all that was folded: an unchanged row is not written again
    created_at     INTEGER NOT NULL,                  -- first known; the order of lists
    updated_at     INTEGER NOT NULL,                  -- the row last changed
    UNIQUE (shipment_id, incarnation, piece_no)
) STRICT;
CREATE INDEX parcels_newest ON parcels (is_test, created_at, id);
CREATE INDEX parcels_changed ON parcels (is_test, updated_at, id);
CREATE INDEX parcels_by_status ON parcels (is_test, status, created_at, id);
CREATE INDEX parcels_by_carrier ON parcels (carrier, is_test, created_at, id);
CREATE INDEX parcels_by_last_event ON parcels (last_event_at);
CREATE INDEX parcels_by_number ON parcels (number_norm, is_test, created_at, id);
CREATE INDEX parcels_by_piece ON parcels (piece_norm) WHERE piece_norm IS NOT NULL;

-- Every other number somebody may search for. Never unique.
CREATE TABLE parcel_references (
    parcel_id  TEXT NOT NULL REFERENCES parcels (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    value_norm TEXT NOT NULL,
    PRIMARY KEY (parcel_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_references_by_value ON parcel_references (value_norm, parcel_id);

-- Operators' tags. Ground truth, hence keyed by number.
CREATE TABLE tags (
    endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
    is_test     INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    number_norm TEXT NOT NULL,
    tag         TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, is_test, number_norm, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag);

-- One scan or notice. What carriers sent is only ever added to (R1, R10); the placed columns belong to the fold.
CREATE TABLE events (
    id             TEXT NOT NULL PRIMARY KEY,         -- hash of (endpoint, is_test, dedupe_key)
    endpoint_id    TEXT NOT NULL REFERENCES endpoints (id),
    carrier        TEXT NOT NULL,
    is_test        INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    dedupe_key     TEXT NOT NULL,
    shipment_id    TEXT REFERENCES shipments (id),    -- null: a note that names no number, in the inbox
    piece          TEXT,                              -- barcode, as the fold found it; null: about the whole shipment
    piece_norm     TEXT,
    operator       TEXT CHECK (operator IS NULL OR json_valid(operator)),
    received_at    INTEGER NOT NULL,                  -- earliest delivery that carried it
    last_received_at INTEGER NOT NULL,                -- newest one
    seen_count     INTEGER NOT NULL,                  -- in how many deliveries it came
    content        TEXT NOT NULL CHECK (json_valid(content)), -- what was sent, all resends merged
    content_hash   TEXT NOT NULL,
    -- The carrier's clock (T1), of the merged content.
    occurred_at    INTEGER,
    occurred_local TEXT,
    dispatched_at  INTEGER,                           -- the earliest time the carrier says it sent it, where it says so
    -- How it was mapped.
    kind           TEXT NOT NULL CHECK (kind IN ('status', 'info', 'note', 'proof', 'location', 'operator', 'system')),
    map_key        TEXT,
    unmapped_key   TEXT,
    -- Where the fold placed it.
    incarnation    INTEGER NOT NULL DEFAULT 1,
    leg            INTEGER NOT NULL DEFAULT 1,
    position       INTEGER NOT NULL DEFAULT 0,
    effective_at   INTEGER NOT NULL,
    late_seconds   INTEGER NOT NULL DEFAULT 0,
    status         TEXT,
    substatus      TEXT,
    reason         TEXT,
    flags          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(flags)),
    set_aside      TEXT,
    retracted_at   INTEGER,
    -- What operators did to it.
    voided_at      INTEGER,
    UNIQUE (endpoint_id, is_test, dedupe_key)
) STRICT;
CREATE INDEX events_of_shipment ON events (shipment_id, incarnation, position);
CREATE INDEX events_unassigned ON events (received_at, id) WHERE shipment_id IS NULL;
CREATE INDEX events_unmapped ON events (carrier, unmapped_key, received_at) WHERE unmapped_key IS NOT NULL;
CREATE INDEX events_by_mapping ON events (carrier, map_key) WHERE map_key IS NOT NULL;

-- Which deliveries carried an event.
CREATE TABLE event_deliveries (
    event_id    TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    delivery_id TEXT NOT NULL,                        -- no reference: retention may take the delivery and leave the event
    item        INTEGER NOT NULL,                     -- its place in the payload
    received_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_deliveries_of_delivery ON event_deliveries (delivery_id, item, event_id);

-- The distinct contents of an event that came with more than one (R10). The merged content is made from all of them, so
-- it does not depend on the order of applying.
CREATE TABLE event_revisions (
    event_id         TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    content_hash     TEXT NOT NULL,
    content          TEXT NOT NULL CHECK (json_valid(content)),
    last_received_at INTEGER NOT NULL,
    delivery_id      TEXT,
    PRIMARY KEY (event_id, content_hash)
) STRICT, WITHOUT ROWID;

-- Whole-history lists (R9): what a source listed, so that the fold can tell what it no longer lists.
CREATE TABLE listings (
    shipment_id TEXT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    side        TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    listed_at   INTEGER NOT NULL,                     -- the source's update time, else receipt
    received_at INTEGER NOT NULL,
    oldest      TEXT NOT NULL,
    newest      TEXT NOT NULL,
    events      TEXT NOT NULL CHECK (json_valid(events)), -- event ids
    PRIMARY KEY (shipment_id, side, delivery_id)
) STRICT, WITHOUT ROWID;

-- Personal data of recipients, apart so that it can be purged without touching a timeline.
CREATE TABLE recipients (
    shipment_id TEXT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    digest      TEXT NOT NULL,                        -- of the four fields: the same person is one row
    name        TEXT,
    email       TEXT,
    phone       TEXT,
    postal_code TEXT,
    received_at INTEGER NOT NULL,                     -- newest delivery that said so
    purge_after INTEGER NOT NULL,
    PRIMARY KEY (shipment_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_by_purge ON recipients (purge_after);
