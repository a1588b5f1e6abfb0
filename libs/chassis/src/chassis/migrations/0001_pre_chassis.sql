-- Tables of the plumbing: request ids, outbox, inbox.

CREATE TABLE request (
    caller      text        NOT NULL,
    request_id  uuid        NOT NULL,
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    answer      bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, request_id)
);
CREATE INDEX request_created_at ON request USING brin (created_at);

-- Rows are marked when published and kept for three days; whole days are dropped.
CREATE TABLE outbox (
    outbox_id    bigint      GENERATED ALWAYS AS IDENTITY,
    created_at   timestamptz NOT NULL DEFAULT now(),
    event_id     uuid        NOT NULL,
    topic        text        NOT NULL,
    key          text        NOT NULL,
    sequence     bigint      NOT NULL CHECK (sequence > 0),
    type         text        NOT NULL,
    payload      bytea       NOT NULL,
    traceparent  text,
    published_at timestamptz,
    PRIMARY KEY (created_at, outbox_id)
) PARTITION BY RANGE (created_at);
CREATE INDEX outbox_unpublished ON outbox (outbox_id) WHERE published_at IS NULL;
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;

-- The counter per (topic, key). Its row lock is what keeps one key's events in commit order.
CREATE TABLE outbox_sequence (
    topic text   NOT NULL,
    key   text   NOT NULL,
    last  bigint NOT NULL CHECK (last > 0),
    PRIMARY KEY (topic, key)
);

CREATE TABLE consumed_event (
    event_id    uuid        PRIMARY KEY,
    topic       text        NOT NULL,
    consumed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);

CREATE TABLE consumed_position (
    topic         text   NOT NULL,
    key           text   NOT NULL,
    last_sequence bigint NOT NULL CHECK (last_sequence >= 0),
    PRIMARY KEY (topic, key)
);

CREATE TABLE parked_event (
    parked_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text        NOT NULL,
    kafka_partition integer     NOT NULL,
    kafka_offset    bigint      NOT NULL,
    key             text        NOT NULL,
    event_id        uuid,
    sequence        bigint,
    type            text,
    headers         jsonb       NOT NULL,
    payload         bytea       NOT NULL,
    reason          text        NOT NULL,
    tries           integer     NOT NULL DEFAULT 0 CHECK (tries >= 0),
    parked_at       timestamptz NOT NULL DEFAULT now(),
    resolved_at     timestamptz,
    -- With the event id: a topic that was filled again gives out the same offsets for other events.
    UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id)
);
CREATE INDEX parked_event_waiting ON parked_event (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_id ON parked_event (event_id) WHERE resolved_at IS NULL;
