DROP TABLE proposal_warnings;
DROP TABLE proposal_events;
DROP TABLE proposals;

DELETE FROM schema_versions WHERE version = '2026-11-26-000022';
