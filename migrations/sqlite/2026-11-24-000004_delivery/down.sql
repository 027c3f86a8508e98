DROP TABLE reminders;
DROP TABLE delivery_attempts;
DROP TABLE outbox;
DELETE FROM schema_versions WHERE version = '2026-11-24-000004';
