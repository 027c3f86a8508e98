ALTER TABLE sessions DROP COLUMN proved_at;
ALTER TABLE sessions DROP COLUMN issuer;
DROP TABLE client_assertions;
DROP TABLE client_keys;
DROP TABLE sign_in_attempts;
DROP TABLE account_identities;

DELETE FROM schema_versions WHERE version = '2026-11-26-000030';
