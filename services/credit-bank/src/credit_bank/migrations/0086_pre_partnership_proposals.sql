-- Other terms for an agreement that is in force stand beside it until every party has confirmed them: meanwhile it holds
-- as it was agreed. What they say is the version of that number (`partnership_version`); here is whose they are and what
-- became of them.

CREATE TABLE partnership_proposal (
    partnership_id uuid        NOT NULL,
    version        integer     NOT NULL,
    proposed_for   uuid        NOT NULL,
    outcome        text        CHECK (outcome IN ('AGREED', 'TAKEN_BACK', 'REPLACED')),
    ended_for      uuid,
    ended_by       text,
    ended_at       timestamptz,
    PRIMARY KEY (partnership_id, version),
    FOREIGN KEY (partnership_id, version) REFERENCES partnership_version DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT partnership_proposal_ended_by_somebody
        CHECK (num_nulls(outcome, ended_for, ended_by, ended_at) IN (0, 4))
);
-- One of an agreement at a time.
CREATE UNIQUE INDEX partnership_proposal_one ON partnership_proposal (partnership_id) WHERE outcome IS NULL;

-- Confirmations of what was agreed, without those of terms that were never agreed.
CREATE VIEW partnership_consent AS
SELECT c.partnership_id, c.institution_id, c.version, c.status, c.confirmed_by, c.assignment_id, c.confirmed_at
  FROM partnership_confirmation c
 WHERE NOT EXISTS (SELECT FROM partnership_proposal o
                    WHERE o.partnership_id = c.partnership_id AND o.version = c.version
                      AND o.outcome IS DISTINCT FROM 'AGREED');
