-- What is kept for how long is a setting now (`meta`, key retention), so no row dates its own end.

DROP INDEX recipients_by_purge;
ALTER TABLE recipients DROP COLUMN purge_after;
CREATE INDEX recipients_by_receipt ON recipients (received_at);

-- What the purge looks for is found without reading what stays: bodies that are there, and events that name who signed.
CREATE INDEX delivery_bodies_there ON delivery_bodies (seq) WHERE body IS NOT NULL;
CREATE INDEX events_naming ON events (last_received_at) WHERE instr(content, '"received_by":"') > 0;
