DROP INDEX attempts_duty;
DROP TABLE self_audit_findings;
DROP TABLE self_audit_runs;
DROP TABLE job_cursors;
DROP TABLE job_ticks;
DROP TABLE jobs;
DELETE FROM schema_versions WHERE version = '2026-11-24-000006';
