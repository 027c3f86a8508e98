DROP TABLE flags;
DROP TABLE duty_versions;
DROP TABLE duties;
DELETE FROM schema_versions WHERE version = '2026-11-24-000003';
