DROP TABLE supervision_findings;

DELETE FROM schema_versions WHERE version = '2026-11-26-000024';
