-- Who once gave out a result may have to give it out again after the learner left (a graduate's ปพ.1).
ALTER TABLE access_record DROP CONSTRAINT access_record_ground_check;
ALTER TABLE access_record ADD CONSTRAINT access_record_ground_check
    CHECK (ground IN ('OWN_INSTITUTION', 'PARTNERSHIP', 'CASE', 'GRANT', 'ISSUER', 'AUDIT', 'OVERSIGHT')) NOT VALID;
ALTER TABLE access_record VALIDATE CONSTRAINT access_record_ground_check;
