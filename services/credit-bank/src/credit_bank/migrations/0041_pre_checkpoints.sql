-- Signed daily checkpoints: where every chain ended at one moment. `checkpoint_head` holds only chains that grew since
-- the checkpoint before, so that the ends of any day can be put together again and the digest be computed anew.

CREATE TABLE ledger_checkpoint (
    day           date        PRIMARY KEY,
    made_at       timestamptz NOT NULL,
    learner_count bigint      NOT NULL CHECK (learner_count >= 0),
    journal_count bigint      NOT NULL CHECK (journal_count >= 0),
    digest        bytea       NOT NULL CHECK (octet_length(digest) = 32),
    prev_digest   bytea       NOT NULL CHECK (octet_length(prev_digest) = 32),
    key_id        text        NOT NULL CHECK (key_id <> ''),
    public_key    bytea       NOT NULL CHECK (octet_length(public_key) = 32),
    signature     bytea       NOT NULL CHECK (octet_length(signature) = 64)
);
CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE checkpoint_head (
    learner_id uuid   NOT NULL,
    seq        bigint NOT NULL CHECK (seq > 0),
    hash       bytea  NOT NULL CHECK (octet_length(hash) = 32),
    day        date   NOT NULL REFERENCES ledger_checkpoint DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (learner_id, seq)
);
CREATE INDEX checkpoint_head_day ON checkpoint_head (day);
CREATE TRIGGER checkpoint_head_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
