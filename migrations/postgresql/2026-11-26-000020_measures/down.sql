DROP TABLE measure_record_steps;
DROP TABLE measure_records;

DELETE FROM schema_versions WHERE version = '2026-11-26-000020';
