-- A merge tells of a share again, under the key of another learner: the topic keeps no order between the two.
ALTER TABLE share_grant_copy ADD COLUMN told_at timestamptz NOT NULL DEFAULT '-infinity';
