-- Why an account is suspended, where something else than an administrator did it: a withdrawn death gives back what the
-- death took, and nothing else.

ALTER TABLE accounts ADD COLUMN suspended_by TEXT CHECK (suspended_by IN ('death'));

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000010', '2026-11-24-000009');
