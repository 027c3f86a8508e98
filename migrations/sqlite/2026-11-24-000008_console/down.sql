DROP TABLE console_sessions;
DELETE FROM schema_versions WHERE version = '2026-11-24-000008';
