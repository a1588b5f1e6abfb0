-- Reports of files whose columns had moved may show a person's number or name whole; from this version on they do not
-- (recording/layouts.py, `told`), and what was told before is masked likewise.

UPDATE result_import_fault
   SET masked_value = CASE WHEN length(regexp_replace(masked_value, '[^0-9๐-๙]', '', 'g')) > 4
                           THEN '…' || right(masked_value, 4) ELSE '…' END
 WHERE masked_value NOT LIKE '…%'
   AND masked_value !~ '^([ก-ฮA-Za-z][0-9๐-๙]{5}|[0-9๐-๙]{5}-[0-9๐-๙]{4})$'
   AND (length(regexp_replace(masked_value, '[^0-9๐-๙]', '', 'g')) > 4
        OR length(masked_value) > 20 OR btrim(masked_value) LIKE '% %');
