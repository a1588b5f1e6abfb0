-- An agreement is in force when each institution that is a party of it has confirmed it for itself.

ALTER TABLE partnership
    -- Version in which what was agreed last changed: confirmations of it and of later versions count.
    ADD COLUMN terms_version    integer NOT NULL DEFAULT 1 CHECK (terms_version > 0),
    -- State that it takes by itself when the last party confirms; null: none was asked for.
    ADD COLUMN proposed_state   text    CHECK (proposed_state = 'ACTIVE'),
    -- For each outside party, in their order, what shows that it agreed. Beside them, since a process of the previous
    -- release reads them as pairs.
    ADD COLUMN outside_evidence jsonb   NOT NULL DEFAULT '[]';

CREATE TABLE partnership_confirmation (
    confirmation_id uuid        PRIMARY KEY DEFAULT uuidv7(),
    partnership_id  uuid        NOT NULL REFERENCES partnership DEFERRABLE INITIALLY DEFERRED,
    institution_id  uuid        NOT NULL,
    version         integer     NOT NULL CHECK (version > 0),
    status          text        NOT NULL CHECK (status IN ('confirmed', 'assumed')),
    confirmed_by    text        NOT NULL,
    assignment_id   uuid,
    confirmed_at    timestamptz NOT NULL,
    CONSTRAINT partnership_confirmation_once UNIQUE (partnership_id, institution_id, version, status),
    CONSTRAINT partnership_confirmation_by_somebody
        CHECK (status = 'assumed' OR (confirmed_by <> '' AND assignment_id IS NOT NULL))
);
CREATE TRIGGER partnership_confirmation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_confirmation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The previous release asked nobody but the party that registered it. What was in force stays so, and says of each
-- party that its consent is assumed.
INSERT INTO partnership_confirmation (partnership_id, institution_id, version, status, confirmed_by, confirmed_at)
SELECT p.partnership_id, y.institution_id, p.version, 'assumed', '', p.changed_at
  FROM partnership p JOIN partnership_party y USING (partnership_id)
 WHERE p.state = 'ACTIVE';
