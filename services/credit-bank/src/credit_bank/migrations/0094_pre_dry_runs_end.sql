-- Dry runs of files of results go after a month with all that was told of them.

CREATE INDEX result_import_dry_runs ON result_import (finished_at) WHERE is_dry_run;
