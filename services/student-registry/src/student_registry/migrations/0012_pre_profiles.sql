-- What a school knows of a learner beside who he is: restricted facts, contact data, family, schooling, photograph.
--
-- One table for all of it, because all of it is kept alike: the value is sealed (AES-256-GCM, bound to its row), dated,
-- and never changed. A correction ends the row and adds another; the row says who recorded it and who ended it, when and
-- from what, so the table is its own history. What is in a value is known to `profiles/domain.py`.

CREATE TABLE profile_fact (
    fact_id          uuid        PRIMARY KEY,
    learner_id       uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    kind             text        NOT NULL CHECK (kind IN ('NATIONALITY', 'RELIGION', 'DISABILITY', 'ETHNICITY',
                                     'LANGUAGE', 'SUPPORT_NEED', 'SPECIAL_TARGET', 'VULNERABLE_GROUP', 'PHONE', 'EMAIL',
                                     'ADDRESS', 'FATHER', 'MOTHER', 'GUARDIAN', 'SCHOOLING', 'PHOTO')),
    about_fact_id    uuid        REFERENCES profile_fact ON DELETE RESTRICT, -- the relative whose contact data these are
    sealed_value     bytea       NOT NULL,
    key_version      smallint    NOT NULL,
    code_index       bytea       CHECK (octet_length(code_index) = 32), -- keyed hash of kind and code, to count by
    index_version    smallint    NOT NULL,
    valid_from       date,       -- NULL: not known
    valid_to         date        CHECK (valid_to >= valid_from), -- last day; NULL: open
    confirmed_on     date,       -- of contact data: the day on which somebody last said that they are right
    source           text        NOT NULL,
    data_status      text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    recorded_at      timestamptz NOT NULL,
    recorded_by      text        NOT NULL,
    recorded_by_role text        NOT NULL,
    institution_id   uuid        REFERENCES institution ON DELETE RESTRICT, -- NULL: the learner himself
    replaces_fact_id uuid        REFERENCES profile_fact ON DELETE RESTRICT,
    ended_at         timestamptz,
    ended_by         text,
    ended_by_role    text,
    ended_institution_id uuid    REFERENCES institution ON DELETE RESTRICT,
    end_reason       text        CHECK (end_reason IN ('REPLACED', 'OVER', 'WRONG')), -- WRONG: it never held
    end_source       text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_role IS NULL)
           AND (ended_at IS NULL) = (end_reason IS NULL) AND (ended_at IS NULL) = (end_source IS NULL)),
    CHECK (about_fact_id IS NULL OR kind IN ('PHONE', 'EMAIL', 'ADDRESS')),
    CHECK (confirmed_on IS NULL OR kind IN ('PHONE', 'EMAIL', 'ADDRESS'))
);
CREATE INDEX profile_fact_learner ON profile_fact (learner_id, kind);
CREATE INDEX profile_fact_code ON profile_fact (code_index) WHERE code_index IS NOT NULL AND end_reason IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON profile_fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A row ends once, is confirmed, is sealed anew with another key, and follows its learner into a merge; nothing else.
CREATE TRIGGER facts_stay AFTER UPDATE ON profile_fact FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at
          OR to_jsonb(OLD) - '{learner_id,sealed_value,key_version,code_index,index_version,valid_to,confirmed_on,ended_at,ended_by,ended_by_role,ended_institution_id,end_reason,end_source}'::text[]
             IS DISTINCT FROM
             to_jsonb(NEW) - '{learner_id,sealed_value,key_version,code_index,index_version,valid_to,confirmed_on,ended_at,ended_by,ended_by_role,ended_institution_id,end_reason,end_source}'::text[])
    EXECUTE FUNCTION refuse_change();

-- The bytes of a photograph, sealed like its description; at most 512 KiB each (profiles/domain.py), so the table of
-- facts stays small and a page of profiles never reads a picture.
CREATE TABLE profile_photo (
    fact_id      uuid     PRIMARY KEY REFERENCES profile_fact ON DELETE RESTRICT,
    sealed_bytes bytea    NOT NULL CHECK (octet_length(sealed_bytes) <= 600000),
    key_version  smallint NOT NULL
);
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON profile_photo
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who said when that contact data are right; `confirmed_on` of the fact is the latest.
CREATE TABLE profile_confirmation (
    confirmation_id   uuid        PRIMARY KEY,
    fact_id           uuid        NOT NULL REFERENCES profile_fact ON DELETE RESTRICT,
    confirmed_on      date        NOT NULL,
    confirmed_at      timestamptz NOT NULL,
    confirmed_by      text        NOT NULL,
    confirmed_by_role text        NOT NULL,
    institution_id    uuid        REFERENCES institution ON DELETE RESTRICT
);
CREATE INDEX profile_confirmation_fact ON profile_confirmation (fact_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON profile_confirmation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
