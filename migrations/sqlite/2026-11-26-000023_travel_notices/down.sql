DROP TABLE travel_notices;
DROP TABLE trip_happenings;

DELETE FROM schema_versions WHERE version = '2026-11-26-000023';
