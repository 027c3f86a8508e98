DROP TABLE idempotency_keys;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE activation_codes;
DROP TABLE accounts;
DROP TABLE teams;
DROP TABLE settings;
DROP TABLE schema_versions;
