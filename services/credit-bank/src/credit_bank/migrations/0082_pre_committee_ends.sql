-- A committee whose order named no last day, or a later one, is ended by another order.
ALTER TABLE committee
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN ended_by text,
    ADD CONSTRAINT committee_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL OR valid_to IS NOT NULL));
