-- What the cross-checks of supervision and the register found, for the officer to look at. Nothing follows from a row by
-- itself.
CREATE TABLE supervision_findings (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    order_id        TEXT NOT NULL REFERENCES supervision_orders (id),
    kind            TEXT NOT NULL
        CHECK (kind IN ('travel_ban_conflict', 'banned_area_address', 'double_report_duty', 'about_to_lapse')),
    condition_code  TEXT,
    -- The trip, report or duty of the register, where one is concerned.
    about           TEXT,
    -- What makes it the same finding in the next run: order, kind, condition, and what it is about.
    mark            TEXT NOT NULL,
    from_on         DATE NOT NULL,
    until_on        DATE,
    -- How it was reached: codes with dates and municipalities.
    steps           TEXT NOT NULL,
    owner_id        TEXT NOT NULL REFERENCES accounts (id),
    team_id         TEXT NOT NULL REFERENCES teams (id),
    state           TEXT NOT NULL CHECK (state IN ('open', 'looked_at', 'ceased')),
    found_on        DATE NOT NULL,
    found_at        TIMESTAMP(6) NOT NULL,
    reviewed_by     TEXT REFERENCES accounts (id),
    reviewed_at     TIMESTAMP(6),
    reason_enc      TEXT,
    ceased_on       DATE,
    ceased_at       TIMESTAMP(6),
    cease_reason    TEXT CHECK (cease_reason IN ('no_longer_holds', 'order_ended', 'file_ended')),
    version         BIGINT NOT NULL,
    CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL)),
    CHECK ((reviewed_by IS NULL) = (reason_enc IS NULL)),
    CHECK (state <> 'open' OR reviewed_by IS NULL),
    CHECK (state <> 'looked_at' OR reviewed_by IS NOT NULL),
    CHECK ((state = 'ceased') = (ceased_on IS NOT NULL)),
    CHECK ((ceased_on IS NULL) = (ceased_at IS NULL)),
    CHECK ((ceased_on IS NULL) = (cease_reason IS NULL))
);
-- Found once, however often and by however many it is looked for; again after it ceased.
CREATE UNIQUE INDEX supervision_findings_once ON supervision_findings (registration_id, mark) WHERE state <> 'ceased';
CREATE INDEX supervision_findings_registration ON supervision_findings (registration_id, id);
CREATE INDEX supervision_findings_order ON supervision_findings (order_id);
CREATE INDEX supervision_findings_open ON supervision_findings (owner_id, id) WHERE state = 'open';

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000024', '2026-11-24-000009');
