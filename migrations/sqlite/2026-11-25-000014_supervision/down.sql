DROP TABLE supervision_import_rows;
DROP TABLE breach_reports;
DROP TABLE supervision_extensions;
DROP TABLE supervision_suspensions;
DROP TABLE supervision_conditions;
DROP TABLE supervision_orders;
DROP TABLE supervision_import_runs;
DELETE FROM schema_versions WHERE version = '2026-11-25-000014';
