-- What operators' acts leave on derived rows. The acts themselves are in operator_acts (0001).

-- An operator put the event under another number than the one it came with: that number's source no longer lists it,
-- and says nothing about it.
ALTER TABLE events ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));

-- While a rebuild runs: when each parcel last changed, so that one that ends as it was keeps that time. Empty otherwise.
CREATE TABLE states_before_rebuild (
    parcel_id  TEXT NOT NULL PRIMARY KEY,
    digest     TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
