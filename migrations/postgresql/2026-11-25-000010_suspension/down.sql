ALTER TABLE accounts DROP COLUMN suspended_by;

DELETE FROM schema_versions WHERE version = '2026-11-25-000010';
