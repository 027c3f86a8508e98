DROP TABLE outages;
DROP TABLE attempts;
DROP TABLE facts;
DROP TABLE notifications;
DROP TABLE registrations;
DROP TABLE person_lookups;
DROP TABLE persons;
DELETE FROM schema_versions WHERE version = '2026-11-24-000002';
