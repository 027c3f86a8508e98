DROP TABLE supervision_versions;
DROP TABLE evaluation_assignments;

DELETE FROM schema_versions WHERE version = '2026-11-25-000017';
