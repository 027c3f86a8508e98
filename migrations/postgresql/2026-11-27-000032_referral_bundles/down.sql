DROP TABLE referral_bundles;

DELETE FROM schema_versions WHERE version = '2026-11-27-000032';
