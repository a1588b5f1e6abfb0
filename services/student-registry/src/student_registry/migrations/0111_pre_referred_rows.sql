-- A row of a bundle is refused for what it refers to in another file: there the sender has to mend it.
ALTER TABLE learner_import_fault ADD COLUMN referred_row integer;
