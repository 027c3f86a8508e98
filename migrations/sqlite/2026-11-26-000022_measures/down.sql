DROP TABLE measure_warnings;
DROP TABLE measure_events;
DROP TABLE measures;

DELETE FROM schema_versions WHERE version = '2026-11-26-000022';
