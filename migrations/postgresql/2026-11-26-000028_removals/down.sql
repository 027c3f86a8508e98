DROP TABLE removals;

DELETE FROM schema_versions WHERE version = '2026-11-26-000028';
