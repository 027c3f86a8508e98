-- Notices of journeys to the desks that hear of them.

-- What was told of a journey, in order: days and countries.
CREATE TABLE trip_happenings (
    trip_id         TEXT NOT NULL CHECK (length(trip_id) = 36),
    seq             INTEGER NOT NULL,
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    happened_on     TEXT NOT NULL,
    happening       TEXT NOT NULL,
    recorded_at     TEXT NOT NULL,
    PRIMARY KEY (trip_id, seq)
);
CREATE INDEX trip_happenings_registration ON trip_happenings (registration_id, trip_id, seq);

CREATE TABLE travel_notices (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    trip_id         TEXT NOT NULL,
    number          INTEGER NOT NULL,
    desk            TEXT NOT NULL,
    -- Whether the desk is that of the Interpol bureau; the others are desks of the police.
    bureau          BOOLEAN NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('new', 'changed', 'no_longer_concerned', 'cancelled', 'wrong')),
    told_on         TEXT NOT NULL,
    departs_on      TEXT NOT NULL,
    returns_on      TEXT,
    -- Codes of countries with a space between.
    countries       TEXT NOT NULL,
    consider_warning BOOLEAN NOT NULL,
    -- Why it went out: codes with dates and countries.
    steps           TEXT NOT NULL,
    told_at         TEXT NOT NULL,
    acknowledged_by TEXT REFERENCES accounts (id),
    acknowledged_at TEXT,
    acknowledged_on TEXT,
    CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
    CHECK ((acknowledged_on IS NULL) = (acknowledged_at IS NULL)),
    UNIQUE (trip_id, number)
);
CREATE INDEX travel_notices_open ON travel_notices (id) WHERE acknowledged_at IS NULL;
CREATE INDEX travel_notices_registration ON travel_notices (registration_id, id);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000023', '2026-11-24-000009');
