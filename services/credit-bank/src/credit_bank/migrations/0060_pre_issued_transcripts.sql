-- What institutions were told of learners' results (CB c.2, CB-I15): one standing copy a person and institution. A
-- correction or revocation flags every standing copy that shows the result; reading anew supersedes the copy.

CREATE TABLE issued_transcript (
    transcript_id  uuid        PRIMARY KEY,
    learner_id     uuid        NOT NULL,
    institution_id uuid        NOT NULL,
    purpose        text        NOT NULL CHECK (purpose <> ''),
    content_digest bytea       NOT NULL CHECK (octet_length(content_digest) = 32),
    state          text        NOT NULL DEFAULT 'ISSUED' CHECK (state IN ('ISSUED', 'SUPERSEDED')),
    issued_at      timestamptz NOT NULL,
    superseded_at  timestamptz,
    CONSTRAINT issued_transcript_superseded CHECK ((state = 'SUPERSEDED') = (superseded_at IS NOT NULL))
);
CREATE UNIQUE INDEX issued_transcript_standing ON issued_transcript (learner_id, institution_id) WHERE state = 'ISSUED';

CREATE TABLE issued_transcript_entry (
    transcript_id uuid NOT NULL REFERENCES issued_transcript,
    entry_root_id uuid NOT NULL,
    entry_id      uuid NOT NULL REFERENCES entry,
    PRIMARY KEY (transcript_id, entry_root_id)
);
CREATE INDEX issued_transcript_entry_root ON issued_transcript_entry (entry_root_id);

-- A copy gives way once; nothing else of it ever changes.
CREATE FUNCTION refuse_transcript_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'ISSUED'
        OR to_jsonb(NEW) - '{state,superseded_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state,superseded_at}'::text[]
    THEN
        RAISE EXCEPTION 'transcript % is settled', OLD.transcript_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER issued_transcript_settled BEFORE UPDATE OR DELETE ON issued_transcript
    FOR EACH ROW EXECUTE FUNCTION refuse_transcript_change();
CREATE TRIGGER issued_transcript_not_truncated BEFORE TRUNCATE ON issued_transcript
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER issued_transcript_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issued_transcript_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
