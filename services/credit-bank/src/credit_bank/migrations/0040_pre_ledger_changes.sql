-- What happens to the ledger after something was posted: accounts that are closed to change, postings taken back by
-- their line, results that expired, and flags on what rests on a source that changed.

-- CB c.3: open -> audit_passed -> redeemed -> reopened; open -> closed_left. A bank account stays open for life.
ALTER TABLE account ADD COLUMN state text NOT NULL DEFAULT 'OPEN'
    CONSTRAINT account_state CHECK (state IN ('OPEN', 'AUDIT_PASSED', 'REDEEMED', 'REOPENED', 'CLOSED_LEFT'));
ALTER TABLE account ADD CONSTRAINT account_bank_open CHECK (kind = 'QUALIFICATION' OR state = 'OPEN');

CREATE INDEX journal_case_line ON journal (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX award_journal ON award (journal_id);

-- A result whose credits ran out by a rule that has a validity. None has by default (CB d.1 R6).
CREATE TABLE expired_entry (
    entry_id     uuid PRIMARY KEY REFERENCES entry,
    journal_id   uuid NOT NULL REFERENCES journal,
    rule_key     text NOT NULL CHECK (rule_key <> ''),
    rule_version text NOT NULL CHECK (rule_version <> '')
);
CREATE TRIGGER expired_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON expired_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- CB-I15: a correction or revocation changes nothing that others decided; it leaves a flag, open until they decide.
-- `entry_id` is the version that changed things: the new one, or the one that was revoked.
CREATE TABLE review_flag (
    flag_id        uuid        PRIMARY KEY,
    learner_id     uuid        NOT NULL REFERENCES learner_chain,
    institution_id uuid        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('SOURCE_CHANGED', 'SOURCE_REVOKED')),
    subject        text        NOT NULL CHECK (subject IN ('POSTING', 'RESERVATION', 'ACCOUNT', 'TRANSCRIPT')),
    account_id     uuid        REFERENCES account,
    line_id        uuid,
    transcript_id  uuid,
    entry_root_id  uuid        NOT NULL,
    entry_id       uuid        NOT NULL,
    journal_id     uuid        NOT NULL REFERENCES journal,
    raised_at      timestamptz NOT NULL,
    resolution     text        CHECK (resolution IN ('KEPT', 'REVERSED', 'REMADE', 'RELEASED', 'REPLACED')),
    resolved_at    timestamptz,
    resolved_by    text,
    resolved_by_assignment uuid,
    reason_code    text,
    CONSTRAINT review_flag_subject CHECK (
        (subject IN ('POSTING', 'RESERVATION')) = (line_id IS NOT NULL)
        AND (subject = 'TRANSCRIPT') = (transcript_id IS NOT NULL) AND (subject = 'TRANSCRIPT') = (account_id IS NULL)),
    CONSTRAINT review_flag_resolved CHECK ((resolution IS NULL) = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX review_flag_open
    ON review_flag (subject, account_id, line_id, transcript_id, entry_root_id) NULLS NOT DISTINCT
 WHERE resolved_at IS NULL;
CREATE INDEX review_flag_institution ON review_flag (institution_id, flag_id);
CREATE INDEX review_flag_learner ON review_flag (learner_id);

-- A flag is settled once; nothing else of it ever changes.
CREATE FUNCTION refuse_flag_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.resolved_at IS NOT NULL
        OR to_jsonb(NEW) - '{resolution,resolved_at,resolved_by,resolved_by_assignment,reason_code}'::text[]
           IS DISTINCT FROM
           to_jsonb(OLD) - '{resolution,resolved_at,resolved_by,resolved_by_assignment,reason_code}'::text[]
    THEN
        RAISE EXCEPTION 'flag % is settled', OLD.flag_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER review_flag_settled BEFORE UPDATE OR DELETE ON review_flag
    FOR EACH ROW EXECUTE FUNCTION refuse_flag_change();
CREATE TRIGGER review_flag_not_truncated BEFORE TRUNCATE ON review_flag
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
