-- Up to which event a snapshot of the sender held a key's facts; earlier events are known without having been seen.
ALTER TABLE consumed_position
    ADD COLUMN adopted_sequence bigint NOT NULL DEFAULT 0 CHECK (adopted_sequence >= 0);
