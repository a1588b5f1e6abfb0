-- Which learner of ours another bank means, as an institution settled it on the learner's request; and which results were
-- drafted from what that bank told.

CREATE TABLE exchange_link (
    link_id           uuid        PRIMARY KEY,
    peer              text        NOT NULL CHECK (peer <> ''),
    learner_ref       text        NOT NULL CHECK (learner_ref ~ '^[0-9a-f]{64}$'),
    institution_id    uuid        NOT NULL,
    learner_id        uuid        NOT NULL,
    requested_on      date        NOT NULL,
    request_reference text        NOT NULL CHECK (request_reference <> ''), -- number of the request on file
    linked_by         text        NOT NULL, -- pseudonym
    linked_at         timestamptz NOT NULL,
    ended_by          text,
    ended_at          timestamptz,
    end_reason_th     text        NOT NULL DEFAULT '',
    CONSTRAINT exchange_link_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT exchange_link_end_reason CHECK ((ended_at IS NULL) = (end_reason_th = ''))
);
CREATE UNIQUE INDEX exchange_link_open ON exchange_link (peer, learner_ref, institution_id) WHERE ended_at IS NULL;
CREATE INDEX exchange_link_learner ON exchange_link (learner_id);
CREATE TRIGGER exchange_link_never_deleted BEFORE DELETE OR TRUNCATE ON exchange_link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_draft (
    draft_id       uuid        PRIMARY KEY REFERENCES result_draft,
    peer           text        NOT NULL,
    message_id     uuid        NOT NULL,
    institution_id uuid        NOT NULL,
    drafted_at     timestamptz NOT NULL,
    FOREIGN KEY (peer, message_id) REFERENCES exchange_inbox
);
CREATE INDEX exchange_draft_message ON exchange_draft (peer, message_id);
CREATE TRIGGER exchange_draft_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_draft
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE INDEX exchange_inbox_learner ON exchange_inbox (peer, (content ->> 'learner_ref'));
