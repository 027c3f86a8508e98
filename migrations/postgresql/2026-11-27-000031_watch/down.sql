DROP TABLE watch_findings;

DELETE FROM schema_versions WHERE version = '2026-11-27-000031';
