-- Visits of which nobody said what came, over all files: few, however many visits there are.

CREATE INDEX home_visits_to_log ON home_visits (planned_on, id) WHERE state = 'planned';

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000011', '2026-11-24-000009');
