DROP TABLE rights_requests;

DELETE FROM schema_versions WHERE version = '2026-11-26-000029';
