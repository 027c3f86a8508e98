DROP TABLE releases;

DELETE FROM schema_versions WHERE version = '2026-11-25-000018';
