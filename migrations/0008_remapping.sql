-- Mapping again: which events a key may decide, and what is due to be derived again.

-- Every key an event could be mapped by (those it reports and those its carrier's claim reports), so that a changed row
-- finds all events it may change, whichever row decides them now. No reference: what points at an event that a rebuild
-- took is found nowhere, and made again with the event.
CREATE TABLE event_keys (
    carrier  TEXT NOT NULL,
    key      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (carrier, key, event_id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO event_keys (carrier, key, event_id)
    SELECT e.carrier, k.value, e.id FROM events e, json_each(e.content, '$.keys') k
    UNION SELECT e.carrier, k.value, e.id FROM events e, json_each(e.content, '$.claims') k
    UNION SELECT e.carrier, k.value, e.id FROM event_revisions r JOIN events e ON e.id = r.event_id,
                 json_each(r.content, '$.keys') k;

-- What a changed row or policy asks to derive again. Written in the transaction of the change; work goes on after
-- `done_to` whenever the process comes back to it, and the row goes when nothing is left.
CREATE TABLE rederivations (
    cause   TEXT NOT NULL CHECK (cause IN ('mapping', 'settings')),
    scope   TEXT NOT NULL,                        -- the carrier of the row, or the endpoint whose policy changed
    key     TEXT NOT NULL,                        -- of the row; empty for a policy
    since   INTEGER NOT NULL,
    done_to TEXT NOT NULL,                        -- the last event (or number) that is done; empty: none
    PRIMARY KEY (cause, scope, key)
) STRICT, WITHOUT ROWID;
