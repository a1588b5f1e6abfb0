-- Exchange with credit banks of other levels (seeds.md R-05, R-08): stored here, forwarded when the other bank answers.
-- Empty unless peers are configured.

CREATE TABLE exchange_mark (
    peer      text        PRIMARY KEY,
    posted_at timestamptz NOT NULL -- journals until then were looked at; those just before are looked at again
);

CREATE TABLE exchange_delivery (
    message_id  uuid        PRIMARY KEY,
    peer        text        NOT NULL CHECK (peer <> ''),
    journal_id  uuid        NOT NULL REFERENCES journal,
    type        text        NOT NULL,
    content     bytea       NOT NULL,
    signature   bytea       NOT NULL CHECK (octet_length(signature) = 64),
    state       text        NOT NULL CHECK (state IN ('PENDING', 'SENT', 'REFUSED')),
    attempts    integer     NOT NULL CHECK (attempts >= 0),
    next_try_at timestamptz NOT NULL,
    stored_at   timestamptz NOT NULL,
    sent_at     timestamptz,
    last_answer text        NOT NULL,
    CONSTRAINT exchange_delivery_once UNIQUE (peer, journal_id),
    CONSTRAINT exchange_delivery_sent CHECK ((state = 'SENT') = (sent_at IS NOT NULL))
);
CREATE INDEX exchange_delivery_due ON exchange_delivery (peer, next_try_at, message_id) WHERE state = 'PENDING';

CREATE TABLE exchange_inbox (
    peer        text        NOT NULL,
    message_id  uuid        NOT NULL,
    content     jsonb       NOT NULL,
    sha256      bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (peer, message_id)
);
CREATE TRIGGER exchange_inbox_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Journals since an instant; small and cheap to keep, since they are written in the order of their time.
CREATE INDEX journal_posted ON journal USING brin (posted_at);
