//! The tables as Diesel sees them; the same for both databases. Kept equal to the migrations by a test that selects
//! from every table on each backend.

diesel::table! {
    schema_versions (version) {
        version -> Text,
        compatible_from -> Text,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    teams (id) {
        id -> Text,
        name -> Text,
        region -> Text,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        kind -> Text,
        role -> Text,
        state -> Text,
        username_lookup -> Text,
        username_enc -> Text,
        display_name_enc -> Text,
        organisation -> Text,
        team_id -> Nullable<Text>,
        person_id -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        totp_secret_enc -> Nullable<Text>,
        totp_last_step -> BigInt,
        failed_sign_ins -> BigInt,
        locked_until -> Nullable<Timestamp>,
        security_stamp -> Text,
        suspended_by -> Nullable<Text>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    activation_codes (id) {
        id -> Text,
        account_id -> Text,
        code_hash -> Text,
        issued_by -> Text,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> Text,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        issuer -> Nullable<Text>,
        proved_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Text,
        session_id -> Text,
        token_hash -> Text,
        issued_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    console_sessions (token_hash) {
        token_hash -> Text,
        session_id -> Text,
        security_stamp -> Text,
        purpose -> Nullable<Text>,
        registration_id -> Nullable<Text>,
        worklist -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (account_id, key_hash) {
        account_id -> Text,
        key_hash -> Text,
        request_digest -> Text,
        answer -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    persons (id) {
        id -> Text,
        data_key_id -> Text,
        names_enc -> Text,
        birth_date_enc -> Text,
        birth_year -> BigInt,
        bsn_enc -> Nullable<Text>,
        skn_enc -> Nullable<Text>,
        contact_enc -> Text,
        channel -> Text,
        language -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    person_lookups (kind, digest, person_id) {
        kind -> Text,
        digest -> Text,
        person_id -> Text,
    }
}

diesel::table! {
    registrations (id) {
        id -> Text,
        person_id -> Text,
        regime -> Text,
        stage -> Text,
        legal_basis -> Nullable<Text>,
        legal_basis_enc -> Nullable<Text>,
        activated_on -> Nullable<Date>,
        activated_by -> Nullable<Text>,
        pilot_from -> Nullable<Date>,
        subject_never -> Bool,
        subject_from -> Nullable<Date>,
        subject_last_day -> Nullable<Date>,
        provisional -> Bool,
        location_status -> Text,
        team_id -> Text,
        officer_id -> Text,
        offence_class -> Text,
        arm -> Text,
        facts_doc -> Text,
        facts_version -> BigInt,
        needs_birth_date -> Bool,
        assessed_on -> Date,
        next_assess_on -> Nullable<Date>,
        profile_set -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    notifications (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        received_at -> Timestamp,
        received_on -> Date,
        recorded_at -> Timestamp,
        posted_on -> Nullable<Date>,
        channel -> Text,
        recorded_by -> Text,
        on_behalf -> Bool,
        state -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        content_enc -> Text,
        content_digest -> Text,
        evidence_enc -> Nullable<Text>,
        receipt -> Text,
    }
}

diesel::table! {
    facts (id) {
        id -> Text,
        registration_id -> Text,
        seq -> BigInt,
        kind -> Text,
        valid_on -> Nullable<Date>,
        root_id -> Text,
        corrects_id -> Nullable<Text>,
        notification_id -> Nullable<Text>,
        source -> Text,
        asserted_by -> Text,
        verified -> Bool,
        recorded_at -> Timestamp,
        payload -> Text,
        content_enc -> Nullable<Text>,
    }
}

diesel::table! {
    attempts (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        duty_kind -> Text,
        duty_id -> Nullable<Text>,
        occurred_at -> Timestamp,
        occurred_on -> Date,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        channel -> Text,
        fields -> Text,
        note_enc -> Nullable<Text>,
        receipt -> Text,
    }
}

diesel::table! {
    outages (id) {
        id -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        cause -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    duties (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        root_id -> Text,
        ordinal -> BigInt,
        version -> BigInt,
        trigger_on -> Date,
        due_on -> Nullable<Date>,
        overdue_after -> Nullable<Date>,
        outcome -> Text,
        met_by -> Nullable<Text>,
        met_on -> Nullable<Date>,
        steps_digest -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    duty_versions (duty_id, version) {
        duty_id -> Text,
        version -> BigInt,
        recorded_at -> Timestamp,
        as_of -> Date,
        trigger_on -> Date,
        due_on -> Nullable<Date>,
        overdue_after -> Nullable<Date>,
        outcome -> Text,
        met_by -> Nullable<Text>,
        met_on -> Nullable<Date>,
        rule -> Text,
        citation -> Text,
        profile_version -> Text,
        calendar_version -> Nullable<Text>,
        profile_set -> Text,
        facts_version -> BigInt,
        steps -> Text,
    }
}

diesel::table! {
    flags (id) {
        id -> Text,
        duty_id -> Text,
        duty_version -> BigInt,
        registration_id -> Text,
        state -> Text,
        owner_id -> Text,
        team_id -> Text,
        first_failure_day -> Date,
        raised_on -> Date,
        raised_at -> Timestamp,
        version -> BigInt,
        updated_at -> Timestamp,
        outcome -> Nullable<Text>,
        basis_id -> Nullable<Text>,
        proposed_by -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        answered -> Bool,
        open_disputes -> BigInt,
        fact_disputed -> Bool,
        last_step -> BigInt,
        term_step -> BigInt,
        due_on -> Nullable<Date>,
        snoozed_until -> Nullable<Date>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        kind -> Text,
        registration_id -> Nullable<Text>,
        reference_id -> Text,
        event -> Text,
        channel -> Text,
        state -> Text,
        attempts -> BigInt,
        next_try_at -> Timestamp,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        purpose_ends_on -> Nullable<Date>,
        message_id -> Text,
        handed_over_at -> Nullable<Timestamp>,
        delivered_at -> Nullable<Timestamp>,
        last_code -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        sequenced_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    events (position) {
        position -> BigInt,
        outbox_id -> Text,
        kind -> Text,
        registration_id -> Nullable<Text>,
        subject_id -> Text,
        addressee -> Nullable<Text>,
        recall -> Bool,
        occurred_at -> Timestamp,
        sequenced_at -> Timestamp,
    }
}

diesel::table! {
    webhook_subscriptions (id) {
        id -> Text,
        account_id -> Text,
        url -> Text,
        kinds -> Text,
        state -> Text,
        secret_enc -> Text,
        previous_secret_enc -> Nullable<Text>,
        previous_until -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
        next_ping_at -> Nullable<Timestamp>,
        created_by -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Text,
        outbox_id -> Text,
        subscription_id -> Text,
        state -> Text,
        attempts -> BigInt,
        attempts_before -> BigInt,
        brought_forward -> BigInt,
        next_try_at -> Timestamp,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        first_tried_at -> Nullable<Timestamp>,
        handed_over_at -> Nullable<Timestamp>,
        last_code -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    webhook_attempts (delivery_id, attempt) {
        delivery_id -> Text,
        attempt -> BigInt,
        started_at -> Timestamp,
        ended_at -> Timestamp,
        outcome -> Text,
        code -> Text,
    }
}

diesel::table! {
    delivery_attempts (outbox_id, attempt) {
        outbox_id -> Text,
        attempt -> BigInt,
        started_at -> Timestamp,
        ended_at -> Timestamp,
        outcome -> Text,
        code -> Text,
    }
}

diesel::table! {
    reminders (id) {
        id -> Text,
        duty_id -> Text,
        duty_version -> BigInt,
        due_on -> Date,
        reminder_window -> Text,
        channel -> Text,
        planned_on -> Date,
        outbox_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_counter (id) {
        id -> BigInt,
        size -> BigInt,
    }
}

diesel::table! {
    audit_leaves (leaf_index) {
        leaf_index -> BigInt,
        recorded_at -> Timestamp,
        entry -> Text,
        leaf_hash -> Binary,
        subject_hash -> Nullable<Text>,
    }
}

diesel::table! {
    audit_checkpoints (tree_size) {
        tree_size -> BigInt,
        previous_size -> BigInt,
        root_hash -> Binary,
        frontier -> Binary,
        note -> Text,
        created_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        since -> Timestamp,
        fencing -> BigInt,
        renewals -> BigInt,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        last_started_for -> Nullable<Timestamp>,
        last_success_at -> Nullable<Timestamp>,
        last_success_for -> Nullable<Timestamp>,
    }
}

diesel::table! {
    job_ticks (job, scheduled_for) {
        job -> Text,
        scheduled_for -> Timestamp,
        kind -> Text,
        state -> Text,
        attempt -> BigInt,
        fencing -> BigInt,
        worker -> Nullable<Text>,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        retry_at -> Nullable<Timestamp>,
        looked_at -> BigInt,
        made -> BigInt,
        skipped -> BigInt,
        failed -> BigInt,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    job_cursors (name) {
        name -> Text,
        on_date -> Date,
        id -> Text,
    }
}

diesel::table! {
    self_audit_runs (id) {
        id -> Text,
        as_of -> Date,
        profile_set -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        files -> BigInt,
        duties -> BigInt,
        too_long -> BigInt,
        too_short -> BigInt,
        missed -> BigInt,
        spurious -> BigInt,
        other -> BigInt,
        not_computed -> BigInt,
    }
}

diesel::table! {
    self_audit_findings (run_id, seq) {
        run_id -> Text,
        seq -> BigInt,
        registration_id -> Text,
        duty_id -> Nullable<Text>,
        duty_kind -> Nullable<Text>,
        class -> Text,
        subject -> Text,
        stored_on -> Nullable<Date>,
        computed_on -> Nullable<Date>,
    }
}

diesel::table! {
    flag_steps (flag_id, seq) {
        flag_id -> Text,
        seq -> BigInt,
        kind -> Text,
        from_state -> Text,
        to_state -> Text,
        outcome -> Nullable<Text>,
        basis_id -> Nullable<Text>,
        excuse -> Nullable<Text>,
        owner_id -> Text,
        actor_id -> Nullable<Text>,
        taken_on -> Date,
        taken_at -> Timestamp,
        content_enc -> Nullable<Text>,
        hand_over -> Nullable<Text>,
        due_on -> Nullable<Date>,
    }
}

diesel::table! {
    flag_escalations (flag_id, term_step) {
        flag_id -> Text,
        term_step -> BigInt,
        due_on -> Date,
        lead_id -> Nullable<Text>,
        escalated_on -> Date,
        escalated_at -> Timestamp,
    }
}

diesel::table! {
    referrals (id) {
        id -> Text,
        flag_id -> Text,
        step -> BigInt,
        authority -> Text,
        outbox_id -> Text,
        created_at -> Timestamp,
        acknowledged_at -> Nullable<Timestamp>,
        acknowledged_by -> Nullable<Text>,
    }
}

diesel::table! {
    referral_bundles (flag_id, step) {
        flag_id -> Text,
        step -> BigInt,
        made_at -> Timestamp,
        seal -> Text,
        content_enc -> Text,
    }
}

diesel::table! {
    authority_decisions (id) {
        id -> Text,
        flag_id -> Text,
        authority -> Text,
        outcome -> Text,
        decided_on -> Date,
        recorded_by -> Text,
        recorded_at -> Timestamp,
        content_enc -> Nullable<Text>,
    }
}

diesel::table! {
    disputes (id) {
        id -> Text,
        registration_id -> Text,
        fact_id -> Text,
        state -> Text,
        raised_by -> Text,
        raised_on -> Date,
        raised_at -> Timestamp,
        reason_enc -> Text,
        due_on -> Nullable<Date>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decision_enc -> Nullable<Text>,
        appealed_by -> Nullable<Text>,
        appealed_at -> Nullable<Timestamp>,
        appeal_enc -> Nullable<Text>,
        appeal_decided_by -> Nullable<Text>,
        appeal_decided_at -> Nullable<Timestamp>,
        appeal_decision_enc -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    dispute_flags (dispute_id, flag_id) {
        dispute_id -> Text,
        flag_id -> Text,
    }
}

diesel::table! {
    officer_absences (id) {
        id -> Text,
        account_id -> Text,
        from_on -> Date,
        until_on -> Date,
        cover_id -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    hand_overs (id) {
        id -> Text,
        from_id -> Text,
        to_id -> Text,
        reason -> Text,
        registrations -> BigInt,
        flags -> BigInt,
        done_by -> Text,
        done_at -> Timestamp,
    }
}

diesel::table! {
    home_visits (id) {
        id -> Text,
        registration_id -> Text,
        officer_id -> Text,
        planned_on -> Date,
        happens_at -> Timestamp,
        state -> Text,
        purpose_enc -> Nullable<Text>,
        report_enc -> Nullable<Text>,
        planned_by -> Text,
        planned_at -> Timestamp,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    measure_records (id) {
        id -> Text,
        kind -> Text,
        registration_id -> Nullable<Text>,
        label -> Text,
        state -> Text,
        happened_on -> Date,
        due -> Nullable<Date>,
        remove_on -> Nullable<Date>,
        destroy_on -> Nullable<Date>,
        content_enc -> Nullable<Text>,
        reporter_enc -> Nullable<Text>,
        version -> BigInt,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    measure_record_steps (measure_id, ordinal) {
        measure_id -> Text,
        ordinal -> BigInt,
        step -> Text,
        event_enc -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    address_verifications (id) {
        id -> Text,
        registration_id -> Text,
        source -> Text,
        result -> Text,
        verified_on -> Date,
        address_enc -> Text,
        note_enc -> Nullable<Text>,
        visit_id -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    contact_log (id) {
        id -> Text,
        registration_id -> Text,
        happened_at -> Timestamp,
        direction -> Text,
        counterpart -> Text,
        channel -> Text,
        outcome -> Text,
        content_enc -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    case_notes (id) {
        id -> Text,
        registration_id -> Text,
        sensitive -> Bool,
        text_enc -> Text,
        corrects_id -> Nullable<Text>,
        written_by -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    transfers (id) {
        id -> Text,
        registration_id -> Text,
        from_team_id -> Text,
        from_officer_id -> Text,
        to_team_id -> Text,
        to_officer_id -> Nullable<Text>,
        state -> Text,
        reason_enc -> Text,
        answer_enc -> Nullable<Text>,
        offered_by -> Text,
        offered_at -> Timestamp,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        category -> Text,
        size -> BigInt,
        chunks -> BigInt,
        about_enc -> Text,
        uploaded_by -> Text,
        uploaded_at -> Timestamp,
    }
}

diesel::table! {
    document_chunks (document_id, seq) {
        document_id -> Text,
        seq -> BigInt,
        sealed -> Binary,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    identity_checks (id) {
        id -> Text,
        account_id -> Text,
        registration_id -> Nullable<Text>,
        method -> Text,
        evidence_enc -> Text,
        checked_by -> Text,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    merges (id) {
        id -> Text,
        surviving_id -> Text,
        absorbed_id -> Text,
        state -> Text,
        reason_enc -> Text,
        left_out -> Text,
        lookups_added -> Text,
        absorbed_stage -> Text,
        proposed_by -> Text,
        proposed_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        split_reason_enc -> Nullable<Text>,
        split_proposed_by -> Nullable<Text>,
        split_proposed_at -> Nullable<Timestamp>,
        split_decided_by -> Nullable<Text>,
        split_decided_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    removals (id) {
        id -> Text,
        registration_id -> Text,
        state -> Text,
        ground -> Text,
        decide_by -> Date,
        proposed_by -> Text,
        proposed_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        destroy_from -> Nullable<Date>,
        destruction_proposed_by -> Nullable<Text>,
        destruction_proposed_at -> Nullable<Timestamp>,
        destruction_decided_by -> Nullable<Text>,
        destruction_decided_at -> Nullable<Timestamp>,
        destroyed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    watch_findings (id) {
        id -> Text,
        kind -> Text,
        account_id -> Text,
        hour -> Timestamp,
        count -> BigInt,
        state -> Text,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        version -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    supervision_findings (id) {
        id -> Text,
        registration_id -> Text,
        order_id -> Text,
        kind -> Text,
        condition_code -> Nullable<Text>,
        about -> Nullable<Text>,
        mark -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        steps -> Text,
        owner_id -> Text,
        team_id -> Text,
        state -> Text,
        found_on -> Date,
        found_at -> Timestamp,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        reason_enc -> Nullable<Text>,
        ceased_on -> Nullable<Date>,
        ceased_at -> Nullable<Timestamp>,
        cease_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    rights_requests (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        state -> Text,
        received_on -> Date,
        due -> Date,
        content_enc -> Text,
        version -> BigInt,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    merged_facts (merge_id, fact_id) {
        merge_id -> Text,
        fact_id -> Text,
        origin_id -> Text,
    }
}

diesel::table! {
    former_chain_numbers (id) {
        id -> Text,
        person_id -> Text,
        skn_enc -> Text,
        reason_enc -> Text,
        replaced_by -> Text,
        replaced_at -> Timestamp,
    }
}

diesel::table! {
    representatives (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        scope -> Text,
        account_id -> Nullable<Text>,
        from_on -> Date,
        until_on -> Date,
        details_enc -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        end_reason_enc -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    supervision_import_runs (id) {
        id -> Text,
        file_digest -> Text,
        state -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        records_done -> BigInt,
        made -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        rejected -> BigInt,
    }
}

diesel::table! {
    supervision_orders (id) {
        id -> Text,
        person_id -> Text,
        source -> Text,
        source_order -> Text,
        title -> Text,
        organisation -> Text,
        facts_doc -> Text,
        about_enc -> Text,
        as_of -> Timestamp,
        content_digest -> Text,
        run_id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    supervision_conditions (order_id, source_condition) {
        order_id -> Text,
        source_condition -> Text,
        code -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        electronic_monitoring -> Bool,
        municipalities -> Text,
        notify_register -> Bool,
        text_enc -> Nullable<Text>,
    }
}

diesel::table! {
    supervision_suspensions (order_id, seq) {
        order_id -> Text,
        seq -> BigInt,
        reason -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
    }
}

diesel::table! {
    supervision_extensions (order_id, seq) {
        order_id -> Text,
        seq -> BigInt,
        decided_on -> Date,
        unit -> Text,
        n -> BigInt,
    }
}

diesel::table! {
    breach_reports (id) {
        id -> Text,
        order_id -> Text,
        source_breach -> Text,
        observed_on -> Date,
        observed_by -> Text,
        subject -> Text,
        condition_code -> Nullable<Text>,
        severity -> Text,
        reported_prosecution_at -> Nullable<Timestamp>,
        reported_minister_at -> Nullable<Timestamp>,
        advice -> Nullable<Text>,
        decision -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        detention_unit -> Nullable<Text>,
        detention_n -> Nullable<BigInt>,
        executed_days -> Nullable<BigInt>,
        text_enc -> Nullable<Text>,
    }
}

diesel::table! {
    supervision_import_rows (run_id, seq) {
        run_id -> Text,
        seq -> BigInt,
        line -> BigInt,
        outcome -> Text,
        order_id -> Nullable<Text>,
        faults -> Nullable<Text>,
    }
}

diesel::table! {
    address_editions (id) {
        id -> Text,
        valid_on -> Date,
        begun_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    address_places (edition_id, postcode, number) {
        edition_id -> Text,
        postcode -> Text,
        number -> BigInt,
        municipality -> Text,
    }
}

diesel::table! {
    evaluation_assignments (person_id, study) {
        person_id -> Text,
        study -> Text,
        arm -> Text,
        stratum -> Text,
        cluster -> Nullable<Text>,
        risk_band -> Nullable<Text>,
        index_on -> Date,
        assigned_on -> Date,
        assigned_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    supervision_versions (order_id, version) {
        order_id -> Text,
        version -> BigInt,
        recorded_at -> Timestamp,
        facts_doc -> Text,
        breaches_doc -> Text,
    }
}

diesel::table! {
    releases (id) {
        id -> Text,
        seq -> Nullable<BigInt>,
        state -> Text,
        first_quarter -> Text,
        last_quarter -> Text,
        valid_on -> Date,
        requested_by -> Text,
        requested_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        known_at -> Nullable<Timestamp>,
        plan_doc -> Nullable<Text>,
        made_at -> Nullable<Timestamp>,
        code -> Nullable<Text>,
        manifest -> Nullable<Text>,
        signature -> Nullable<Text>,
        signed_by -> Nullable<Text>,
        record_enc -> Nullable<Text>,
        microdata -> Bool,
        microdata_refused -> Nullable<Text>,
        pseudonyms_enc -> Nullable<Text>,
    }
}

diesel::table! {
    release_files (id) {
        id -> Text,
        release_id -> Text,
        name -> Text,
        microdata -> Bool,
        bytes -> BigInt,
        pieces -> BigInt,
    }
}

diesel::table! {
    release_pieces (file_id, seq) {
        file_id -> Text,
        seq -> BigInt,
        release_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    proposals (id) {
        id -> Text,
        registration_id -> Text,
        kind -> Text,
        variant -> Text,
        state -> Text,
        sent_on -> Nullable<Date>,
        decided_on -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        next_on -> Nullable<Date>,
        made_by -> Text,
        made_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    proposal_events (proposal_id, seq) {
        proposal_id -> Text,
        seq -> BigInt,
        kind -> Text,
        happened_on -> Date,
        payload_enc -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    proposal_warnings (proposal_id, expires_on, days_before) {
        proposal_id -> Text,
        expires_on -> Date,
        days_before -> BigInt,
        raised_at -> Timestamp,
    }
}

diesel::table! {
    trip_happenings (trip_id, seq) {
        trip_id -> Text,
        seq -> BigInt,
        registration_id -> Text,
        happened_on -> Date,
        happening -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    travel_notices (id) {
        id -> Text,
        registration_id -> Text,
        trip_id -> Text,
        number -> BigInt,
        desk -> Text,
        bureau -> Bool,
        kind -> Text,
        told_on -> Date,
        departs_on -> Date,
        returns_on -> Nullable<Date>,
        countries -> Text,
        consider_warning -> Bool,
        steps -> Text,
        told_at -> Timestamp,
        acknowledged_by -> Nullable<Text>,
        acknowledged_at -> Nullable<Timestamp>,
        acknowledged_on -> Nullable<Date>,
    }
}

diesel::table! {
    account_identities (id) {
        id -> Text,
        account_id -> Text,
        issuer -> Text,
        subject_lookup -> Text,
        bound_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_attempts (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        issuer -> Text,
        session_id -> Nullable<Text>,
        started_at -> Timestamp,
        expires_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        subject_lookup -> Nullable<Text>,
        roles -> Nullable<Text>,
        proved_at -> Nullable<Timestamp>,
        bound_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_keys (id) {
        id -> Text,
        account_id -> Text,
        kid -> Text,
        jwk -> Text,
        created_by -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_assertions (account_id, jti_hash) {
        account_id -> Text,
        jti_hash -> Text,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(accounts -> teams (team_id));
diesel::joinable!(activation_codes -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(account_identities -> accounts (account_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(console_sessions -> sessions (session_id));
diesel::joinable!(person_lookups -> persons (person_id));
diesel::joinable!(registrations -> persons (person_id));
diesel::joinable!(registrations -> teams (team_id));
diesel::joinable!(registrations -> accounts (officer_id));
diesel::joinable!(notifications -> registrations (registration_id));
diesel::joinable!(facts -> registrations (registration_id));
diesel::joinable!(facts -> notifications (notification_id));
diesel::joinable!(attempts -> registrations (registration_id));
diesel::joinable!(duties -> registrations (registration_id));
diesel::joinable!(duties -> notifications (met_by));
diesel::joinable!(duty_versions -> duties (duty_id));
diesel::joinable!(flags -> duties (duty_id));
diesel::joinable!(flags -> registrations (registration_id));
diesel::joinable!(flags -> accounts (owner_id));
diesel::joinable!(flags -> teams (team_id));
diesel::joinable!(outbox -> registrations (registration_id));
diesel::joinable!(delivery_attempts -> outbox (outbox_id));
diesel::joinable!(reminders -> duties (duty_id));
diesel::joinable!(reminders -> outbox (outbox_id));
diesel::joinable!(job_ticks -> jobs (job));
diesel::joinable!(self_audit_findings -> self_audit_runs (run_id));
diesel::joinable!(self_audit_findings -> registrations (registration_id));
diesel::joinable!(flag_steps -> flags (flag_id));
diesel::joinable!(referrals -> flags (flag_id));
diesel::joinable!(referrals -> outbox (outbox_id));
diesel::joinable!(dispute_flags -> flags (flag_id));
diesel::joinable!(dispute_flags -> disputes (dispute_id));
diesel::joinable!(disputes -> registrations (registration_id));
diesel::joinable!(home_visits -> registrations (registration_id));
diesel::joinable!(transfers -> registrations (registration_id));
diesel::joinable!(events -> outbox (outbox_id));
diesel::joinable!(webhook_deliveries -> webhook_subscriptions (subscription_id));

// Only the tables that queries join: each pair here costs compile time.
diesel::allow_tables_to_appear_in_same_query!(account_identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(accounts, sessions, refresh_tokens, activation_codes, console_sessions);
diesel::allow_tables_to_appear_in_same_query!(persons, person_lookups);
diesel::allow_tables_to_appear_in_same_query!(duties, duty_versions);
diesel::allow_tables_to_appear_in_same_query!(registrations, duties, flags, reminders, outbox);
diesel::allow_tables_to_appear_in_same_query!(flag_escalations, flags);
diesel::allow_tables_to_appear_in_same_query!(flag_escalations, registrations);
diesel::allow_tables_to_appear_in_same_query!(flag_steps, flags);
diesel::allow_tables_to_appear_in_same_query!(referrals, flags);
diesel::allow_tables_to_appear_in_same_query!(referrals, registrations);
diesel::allow_tables_to_appear_in_same_query!(referrals, outbox);
diesel::allow_tables_to_appear_in_same_query!(events, outbox);
diesel::allow_tables_to_appear_in_same_query!(events, registrations);
diesel::allow_tables_to_appear_in_same_query!(events, webhook_deliveries);
diesel::allow_tables_to_appear_in_same_query!(webhook_deliveries, webhook_subscriptions);
diesel::allow_tables_to_appear_in_same_query!(webhook_subscriptions, accounts);
diesel::allow_tables_to_appear_in_same_query!(dispute_flags, disputes, flags);
diesel::allow_tables_to_appear_in_same_query!(disputes, registrations);
diesel::allow_tables_to_appear_in_same_query!(notifications, registrations);
diesel::allow_tables_to_appear_in_same_query!(jobs, job_ticks);
diesel::allow_tables_to_appear_in_same_query!(self_audit_runs, self_audit_findings);
diesel::allow_tables_to_appear_in_same_query!(registrations, home_visits);
diesel::allow_tables_to_appear_in_same_query!(registrations, transfers);
diesel::allow_tables_to_appear_in_same_query!(documents, document_chunks);
diesel::joinable!(proposals -> registrations (registration_id));
diesel::allow_tables_to_appear_in_same_query!(registrations, proposals);
diesel::joinable!(travel_notices -> registrations (registration_id));
diesel::joinable!(supervision_findings -> registrations (registration_id));
diesel::allow_tables_to_appear_in_same_query!(registrations, travel_notices);
diesel::allow_tables_to_appear_in_same_query!(registrations, supervision_findings);
diesel::allow_tables_to_appear_in_same_query!(registrations, supervision_orders);
