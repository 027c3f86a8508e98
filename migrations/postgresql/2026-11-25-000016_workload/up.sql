-- How many registrations each officer of a team has, counted from the index alone.

CREATE INDEX registrations_workload ON registrations (team_id, stage, officer_id);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000016', '2026-11-24-000009');
