-- Agreements with outside parties, courses and signatories, each version kept; committees of every level of the bank;
-- lead organisations.

ALTER TABLE committee
    ADD COLUMN tier text NOT NULL DEFAULT 'INSTITUTION' CHECK (tier IN ('INSTITUTION', 'PROVINCE', 'LEVEL', 'CENTRAL')),
    DROP CONSTRAINT committee_mandates_check,
    ADD CONSTRAINT committee_mandates_check
        CHECK (cardinality(mandates) > 0 AND mandates <@ ARRAY['TRANSFER', 'EQUATE', 'RPL', 'PROMOTION']);
CREATE INDEX committee_institution ON committee (institution_id, committee_id);

ALTER TABLE partnership
    ADD COLUMN version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN outside_parties jsonb   NOT NULL DEFAULT '[]',
    ADD COLUMN signatories     jsonb   NOT NULL DEFAULT '[]',
    ADD COLUMN courses         jsonb   NOT NULL DEFAULT '[]',
    ADD COLUMN file_sha256     bytea   CHECK (octet_length(file_sha256) = 32),
    DROP CONSTRAINT partnership_programme_check,
    ADD CONSTRAINT partnership_programme_check
        CHECK (programme IN ('DUAL_EDUCATION', 'SHORT_COURSE', 'DUAL_VOCATIONAL_TRAINING', 'CREDIT_TRANSFER'));

-- What an agreement said in each of its versions: a case finishes under the one of its submission (CB c.3).
CREATE TABLE partnership_version (
    partnership_id uuid        NOT NULL REFERENCES partnership DEFERRABLE INITIALLY DEFERRED,
    version        integer     NOT NULL CHECK (version > 0),
    facts          jsonb       NOT NULL,
    changed_by     text        NOT NULL,
    changed_at     timestamptz NOT NULL,
    PRIMARY KEY (partnership_id, version)
);
CREATE TRIGGER partnership_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO partnership_version (partnership_id, version, facts, changed_by, changed_at)
SELECT partnership_id, 1,
       jsonb_build_object('programme', programme, 'state', state, 'signed_on', signed_on, 'valid_from', valid_from,
                          'valid_to', valid_to, 'committee_id', committee_id), '', changed_at
  FROM partnership;

CREATE TABLE lead_organisation (
    lead_id        uuid    PRIMARY KEY,
    tier           text    NOT NULL CHECK (tier IN ('INSTITUTION', 'PROVINCE', 'LEVEL', 'CENTRAL')),
    scope          text    NOT NULL,
    institution_id uuid    NOT NULL,
    order_no       text    NOT NULL CHECK (order_no <> ''),
    valid_from     date    NOT NULL,
    valid_to       date    CHECK (valid_to >= valid_from),
    source         text    NOT NULL CHECK (source <> ''),
    status         text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    source_version text,
    content_hash   bytea   NOT NULL CHECK (octet_length(content_hash) = 32),
    registered_at  timestamptz NOT NULL,
    registered_by  text    NOT NULL,
    CONSTRAINT lead_organisation_order UNIQUE (tier, scope, order_no)
);
