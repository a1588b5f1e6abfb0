-- Lists that are data are kept like everything else; what a census found stays with its file.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['affiliation', 'institution_tree', 'occupation_field', 'programme', 'programme_band', 'census_person'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
