DROP INDEX home_visits_to_log;

DELETE FROM schema_versions WHERE version = '2026-11-25-000011';
