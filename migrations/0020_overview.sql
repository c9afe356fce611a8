-- The first page counts the events of the last two weeks by day and status.
CREATE INDEX events_by_time ON events (effective_at, status)
    WHERE is_test = 0 AND status IS NOT NULL AND voided_at IS NULL AND retracted_at IS NULL;
