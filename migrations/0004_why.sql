-- Why a parcel has its status, and notes that look for their number.

-- The deciding event, the rule, what was set aside. Null until the parcel is folded again.
ALTER TABLE parcels ADD COLUMN why TEXT CHECK (why IS NULL OR json_valid(why));
-- Seconds from the first physical scan to the first of delivered and ready for pickup.
ALTER TABLE parcels ADD COLUMN transit_s INTEGER;

-- A note that names no number and found one of ours in its text. Which one is decided by all numbers known, so that it
-- does not depend on which came first.
ALTER TABLE events ADD COLUMN nameless INTEGER NOT NULL DEFAULT 0 CHECK (nameless IN (0, 1));
CREATE INDEX events_nameless ON events (endpoint_id, is_test, received_at) WHERE nameless = 1;
