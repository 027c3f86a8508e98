DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_subscriptions;
DROP TABLE events;
DROP INDEX outbox_dead;
DROP INDEX outbox_unsequenced;
ALTER TABLE outbox DROP COLUMN sequenced_at;

DELETE FROM schema_versions WHERE version = '2026-11-25-000019';
