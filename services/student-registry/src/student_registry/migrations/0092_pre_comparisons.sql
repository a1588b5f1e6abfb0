-- Who has been compared with everybody else since he came into the register; whoever has not waits in a short index.
ALTER TABLE learner ADD COLUMN compared_at timestamptz;
CREATE INDEX learner_uncompared ON learner (learner_id) WHERE compared_at IS NULL AND merged_into_learner_id IS NULL;
