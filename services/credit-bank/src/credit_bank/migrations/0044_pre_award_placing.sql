-- Every award says where it belongs, as every entry does (seeds.md R-01): form of the learning, type, level. The issuing
-- body is the awarding institution of its account.

ALTER TABLE award
    ADD COLUMN form          text NOT NULL DEFAULT 'FORMAL'
        CONSTRAINT award_form CHECK (form IN ('FORMAL', 'NONFORMAL', 'INFORMAL')),
    ADD COLUMN learning_type text NOT NULL DEFAULT 'GENERAL'
        CONSTRAINT award_learning_type CHECK (learning_type IN ('GENERAL', 'VOCATIONAL')),
    ADD COLUMN level         text;

UPDATE award w SET
    learning_type = CASE WHEN c.code_system IN ('OVEC', 'SHORT') OR c.subject_type IN ('03', '04', '05', '06', '07')
                         THEN 'VOCATIONAL' ELSE 'GENERAL' END,
    level = q.level
  FROM course c, account a
  JOIN qualification q ON q.code = a.qualification_code AND q.version = a.qualification_version
 WHERE c.course_id = w.course_id AND a.account_id = w.account_id;
