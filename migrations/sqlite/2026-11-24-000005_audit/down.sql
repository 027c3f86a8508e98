DROP TABLE audit_checkpoints;
DROP TABLE audit_leaves;
DROP TABLE audit_counter;
DELETE FROM schema_versions WHERE version = '2026-11-24-000005';
