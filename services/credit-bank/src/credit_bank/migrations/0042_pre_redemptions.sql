-- Awards of qualifications: what was redeemed by which certificate, and by which order an award was taken back.

CREATE TABLE redemption (
    redemption_id           uuid        PRIMARY KEY,
    learner_id              uuid        NOT NULL REFERENCES learner_chain,
    awarding_institution_id uuid        NOT NULL,
    qualification_code      text        NOT NULL,
    qualification_version   text        NOT NULL,
    certificate_no          text        NOT NULL CHECK (certificate_no <> ''),
    order_no                text        NOT NULL CHECK (order_no <> ''),
    audit                   jsonb       NOT NULL,
    audit_digest            bytea       NOT NULL CHECK (octet_length(audit_digest) = 32),
    completes_with          uuid        REFERENCES redemption,
    redeemed_at             timestamptz NOT NULL,
    redeemed_by             text        NOT NULL,
    redeemed_by_assignment  uuid,
    reversed_at             timestamptz,
    reversed_by             text,
    reversed_by_assignment  uuid,
    reversal_order_no       text,
    reversal_reason_code    text,
    FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification,
    CONSTRAINT redemption_reversed CHECK (
        (reversed_at IS NULL) = (reversed_by IS NULL) AND (reversed_at IS NULL) = (reversal_order_no IS NULL)
        AND (reversed_at IS NULL) = (reversal_reason_code IS NULL)),
    CONSTRAINT redemption_certificate UNIQUE (awarding_institution_id, certificate_no)
);
CREATE INDEX redemption_institution ON redemption (awarding_institution_id, redemption_id);
CREATE INDEX redemption_learner ON redemption (learner_id);

-- One account a record of the person: who was merged has accounts in several chains.
CREATE TABLE redemption_account (
    redemption_id       uuid NOT NULL REFERENCES redemption,
    account_id          uuid NOT NULL REFERENCES account,
    journal_id          uuid NOT NULL REFERENCES journal,
    reversed_journal_id uuid REFERENCES journal,
    PRIMARY KEY (redemption_id, account_id)
);
CREATE UNIQUE INDEX redemption_account_once ON redemption_account (account_id) WHERE reversed_journal_id IS NULL;

-- An award is taken back once; nothing else of it ever changes.
CREATE FUNCTION refuse_redemption_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'redemption' THEN
        IF (to_jsonb(OLD) ->> 'reversed_at') IS NULL
           AND to_jsonb(NEW) - '{reversed_at,reversed_by,reversed_by_assignment,reversal_order_no,reversal_reason_code}'::text[]
               = to_jsonb(OLD) - '{reversed_at,reversed_by,reversed_by_assignment,reversal_order_no,reversal_reason_code}'::text[]
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND (to_jsonb(OLD) ->> 'reversed_journal_id') IS NULL
          AND to_jsonb(NEW) - 'reversed_journal_id' = to_jsonb(OLD) - 'reversed_journal_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER redemption_settled BEFORE UPDATE OR DELETE ON redemption
    FOR EACH ROW EXECUTE FUNCTION refuse_redemption_change();
CREATE TRIGGER redemption_not_truncated BEFORE TRUNCATE ON redemption
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER redemption_account_settled BEFORE UPDATE OR DELETE ON redemption_account
    FOR EACH ROW EXECUTE FUNCTION refuse_redemption_change();
CREATE TRIGGER redemption_account_not_truncated BEFORE TRUNCATE ON redemption_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
