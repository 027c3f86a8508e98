-- What an authority gets with a referral: the case as it was when it was decided, sealed by a signature.

CREATE TABLE referral_bundles (
    flag_id     TEXT NOT NULL REFERENCES flags (id),
    -- The step that decided it: a flag that is reopened can be referred again.
    step        INTEGER NOT NULL,
    made_at     TEXT NOT NULL,
    -- Holds a salted digest of the case, and no personal data.
    seal        TEXT NOT NULL,
    content_enc TEXT NOT NULL,
    PRIMARY KEY (flag_id, step)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-27-000032', '2026-11-27-000025');
