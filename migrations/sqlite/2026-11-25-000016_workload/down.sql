DROP INDEX registrations_workload;

DELETE FROM schema_versions WHERE version = '2026-11-25-000016';
