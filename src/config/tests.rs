use secrecy::ExposeSecret;

use super::*;

/// The faults of a text laid over the defaults.
fn faults(text: &str) -> Vec<Fault> {
    parse(text).expect_err("the settings must be refused").0
}

fn variables(pairs: &[(&str, &str)]) -> Result<Config, Faults> {
    load(None, pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

// ASVS 5.0: 2.1.3
#[test]
fn the_defaults_are_sound_and_every_key_is_explained() {
    let config = parse("").expect("the default file must be accepted");
    assert_eq!(config.server.port, 8000);
    assert!(config.jobs_in_server(), "an embedded database has no other process to run the jobs");
    assert_eq!(config.policy.reminders(DutyKind::Periodic), ReminderTiming::Before(14));
    let mut commented = false;
    for line in DEFAULT.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            commented = true;
        } else if line.is_empty() {
            commented = false;
        } else if line.contains('=') {
            assert!(commented || DutyKind::ALL.iter().any(|k| line.starts_with(k.as_str())), "no explanation: {line}");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.toml");
    std::fs::write(&file, "[server]\nport = 9000\nshutdown_grace_s = 5\n").unwrap();
    let config = load(
        Some(&file),
        [
            ("ZEDEN_SERVER__PORT".to_owned(), "9001".to_owned()),
            ("ZEDEN_SERVER__TRUSTED_PROXIES".to_owned(), "10.0.0.5, 10.0.0.6".to_owned()),
            ("ZEDEN_POLICY__REMINDERS__HOME".to_owned(), "2".to_owned()),
            ("ZEDEN_CONFIG".to_owned(), "somewhere.toml".to_owned()),
            ("HOME".to_owned(), "/root".to_owned()),
        ],
    )
    .unwrap();
    assert_eq!(config.server.port, 9001);
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(5));
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.policy.reminders(DutyKind::Home), ReminderTiming::Before(2));
    assert_eq!(config.database.readers, 8);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let fault = &faults("[server]\nprot = 9000\n")[0];
    assert_eq!((fault.key.as_str(), fault.mend.as_str()), ("server.prot", "Did you mean `server.port`?"));
    let fault = &faults("readers = 4\n")[0];
    assert_eq!(fault.mend, "Did you mean `database.readers`?");
    let error = variables(&[("ZEDEN_SERVER__PUBLICURL", "http://x")]).unwrap_err();
    assert_eq!(error.0[0].origin, "variable ZEDEN_SERVER__PUBLICURL");
    assert_eq!(error.0[0].mend, "Did you mean `server.public_url`?");
}

#[test]
fn all_faults_are_reported_at_once_with_where_they_were_set() {
    let found = faults(
        "mode = \"prod\"\n[server]\nport = 70000\naddress = \"localhost\"\n[database]\nurl = \"postgres:/x\"\nreaders = \"8\"\n\
         [jobs]\nsweep = \"*/5 * * * *\"\n[policy.reminders]\nhome = 90\n[mail]\nfrom = \"nobody\"\n[log]\nlevel = \"a=b=c\"\n",
    );
    let keys: Vec<_> = found.iter().map(|fault| fault.key.as_str()).collect();
    for key in [
        "mode",
        "server.port",
        "server.address",
        "database.url",
        "database.readers",
        "jobs.sweep",
        "policy.reminders.home",
        "mail.from",
        "log.level",
    ] {
        assert!(keys.contains(&key), "{key} is missing from {keys:?}");
    }
    assert_eq!(keys.len(), 9, "{keys:?}");
    assert!(found.iter().all(|fault| fault.origin == "the given text"));
    assert!(found.iter().all(|fault| !fault.mend.is_empty()));
}

#[test]
fn where_a_weakness_is_reported_is_a_uri_or_not_said() {
    let contact = |uri: &str| parse(&format!("[server]\nsecurity_contact = \"{uri}\"\n"));
    assert_eq!(contact("").unwrap().server.security_contact, None);
    for fine in ["mailto:veilig@meldpunt.example", "https://meldpunt.example/veilig"] {
        assert_eq!(contact(fine).unwrap().server.security_contact.as_deref(), Some(fine));
    }
    for wrong in ["veilig@meldpunt.example", "http://meldpunt.example", "mailto:", "mailto:a@b.example\\nExpires: x"] {
        assert_eq!(contact(wrong).unwrap_err().0[0].key, "server.security_contact", "{wrong}");
    }
}

#[test]
fn a_mistyped_database_url_is_refused() {
    for url in ["sqlite:data.db", "postgres:data", "mysql://x/y", "data.db", ""] {
        let found = faults(&format!("[database]\nurl = \"{url}\"\n"));
        assert_eq!(found[0].key, "database.url", "{url}");
    }
}

// ASVS 5.0: 16.2.5
#[test]
fn a_secret_is_never_shown_whether_it_is_accepted_or_refused() {
    let secret = "correct-horse-battery";
    let text = format!(
        "[database]\nurl = \"postgresql://zeden:{secret}@db/zeden\"\n\
         [mail]\ntransport = \"smtp\"\nhost = \"mail\"\nuser = \"u\"\npassword = \"{secret}\"\n"
    );
    let config = parse(&text).unwrap();
    assert!(!format!("{config:?}").contains(secret));
    let MailRoute::Smtp(smtp) = &config.mail.route else { panic!("smtp was chosen") };
    assert_eq!(smtp.credentials.as_ref().unwrap().1.expose_secret(), secret);
    for wrong in [
        format!("[database]\nurl = \"postgre://zeden:{secret}@db/zeden\"\n"),
        format!("[mail]\ntransport = \"smtp\"\nhost = \"mail\"\npassword = \"{secret}\"\n"),
        format!("[mail]\npasword = \"{secret}\"\n"),
        format!("[mail]\npassword = \"{secret}\n"),
        format!("[mail]\npassword = [\"{secret}\"]\n"),
    ] {
        let error = parse(&wrong).unwrap_err();
        assert!(!error.to_string().contains(secret) && !format!("{error:?}").contains(secret), "{error}");
    }
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, "postgresql://zeden@db/zeden\n").unwrap();
    let name = file.display();
    let config = parse(&format!("[database]\nurl_file = \"{name}\"\n")).unwrap();
    assert!(matches!(&config.database.url, DatabaseUrl::Postgres(url)
        if url.expose_secret() == "postgresql://zeden@db/zeden"));
    let both = faults(&format!("[database]\nurl = \"sqlite://x.db\"\nurl_file = \"{name}\"\n"));
    assert_eq!(both[0].key, "database.url_file");
    let gone = faults("[database]\nurl_file = \"/nonexistent/url\"\n");
    assert!(gone[0].problem.contains("cannot be read"), "{gone:?}");
}

// ASVS 5.0: 12.2.1
#[test]
fn production_starts_only_with_its_decisions_on_record() {
    let text = "mode = \"production\"\n[server]\npublic_url = \"https://meldpunt.example\"\n";
    let keys: Vec<_> = faults(text).into_iter().map(|fault| fault.key).collect();
    assert_eq!(
        keys,
        [
            "production.legal_basis",
            "production.legal_basis_date",
            "production.dpia",
            "production.dpia_date",
            "production.controller"
        ]
    );
    let decided = "[production]\nlegal_basis = \"Stb. 2027, 1\"\nlegal_basis_date = 2027-01-01\ndpia = \"D-7\"\n\
                   dpia_date = \"2027-02-03\"\ncontroller = \"Minister\"\n";
    let config = parse(&format!("{text}{decided}")).unwrap();
    assert_eq!(config.production.unwrap().dpia, ("D-7".to_owned(), NaiveDate::from_ymd_opt(2027, 2, 3).unwrap()));
    let plain = parse(&format!("mode = \"production\"\n{decided}")).unwrap_err();
    assert_eq!(plain.0[0].key, "server.public_url");
}

// ASVS 5.0: 12.3.1
#[test]
fn a_mail_password_never_travels_in_the_clear() {
    let found =
        faults("[mail]\ntransport = \"smtp\"\nhost = \"mail\"\ntls = \"none\"\nuser = \"u\"\npassword = \"p\"\n");
    assert_eq!(found[0].key, "mail.tls");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = load(Some(Path::new("/nonexistent/register.toml")), []).unwrap_err();
    assert_eq!(error.0[0].key, "--config");
    let broken = faults("[server]\nport = = 1\n");
    assert!(broken[0].problem.contains("line 2"), "{broken:?}");
}

#[test]
fn a_job_at_an_hour_that_moves_is_refused() {
    let fault = &faults("[jobs]\nself_audit = \"0 30 2 * * *\"\n")[0];
    assert_eq!(fault.key, "jobs.self_audit");
    assert!(fault.problem.contains("between two and three"), "{}", fault.problem);
    assert!(parse("[jobs]\nself_audit = \"0 30 4 * * *\"\n").is_ok());
}

#[test]
fn what_would_tell_a_stranger_who_writes_is_refused() {
    for (key, value) in [
        ("from", "noreply@zedenregister.nl"),
        ("link", "https://reclassering.example/meld"),
        ("help_line", "Politie, 088 000 00 00"),
    ] {
        let fault = &faults(&format!("[mail]\n{key} = \"{value}\"\n"))[0];
        assert_eq!(fault.key, format!("mail.{key}"));
    }
}

#[test]
fn reminders_can_be_switched_off_for_a_kind_of_duty() {
    let config = parse("[policy.reminders]\nhome = -1\nno_home = 0\nstay = 3\n").unwrap();
    assert_eq!(config.policy.reminders(DutyKind::Home), ReminderTiming::Never);
    assert_eq!(config.policy.reminders(DutyKind::NoHome), ReminderTiming::OnDay);
    assert_eq!(config.policy.reminders(DutyKind::Stay), ReminderTiming::Before(3));
    assert_eq!(config.policy.reminders(DutyKind::Travel), ReminderTiming::Never, "what is booked is not pressed for");
}

#[test]
fn letters_and_the_service_that_sends_them_are_set_up_whole_or_refused() {
    let config = parse("").unwrap();
    assert!(!config.letters.leave() && config.callback_token.is_none() && config.mail.bounces.is_none());
    assert_eq!(config.policy.letter_days, 3);
    let config = parse("[letters]\ntransport = \"files\"\n[policy.reminders]\nletter_days = 5\n").unwrap();
    assert!(config.letters.leave() && config.folders().iter().any(|(key, _)| *key == "letters.folder"));
    assert_eq!(config.policy.letter_days, 5);
    let key = |text: &str| faults(text)[0].key.clone();
    assert_eq!(key("[letters]\nreturn_address = \"Zedenregister, Postbus 1\"\n"), "letters.return_address");
    assert_eq!(key("[policy.reminders]\nletter_days = 0\n"), "policy.reminders.letter_days");
    assert_eq!(key("[notify]\ncallback_token = \"kort\"\n"), "notify.callback_token");
    let bare: Vec<_> = faults("[mail]\ntransport = \"notify\"\n").into_iter().map(|fault| fault.key).collect();
    assert_eq!(bare, ["notify.url", "notify.api_key", "notify.template"]);
    let id = "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11";
    let service = format!("[notify]\nurl = \"https://api.example.nl\"\napi_key = \"mijn-naam-{id}-{id}\"\n");
    let config = parse(&format!("[letters]\ntransport = \"notify\"\n{service}")).unwrap();
    let LetterRoute::Notify(found) = &config.letters.route else { panic!("a service") };
    assert_eq!((found.account.as_str(), found.secret.expose_secret()), (id, id));
    assert!(!format!("{config:?}").contains(&format!("naam-{id}")), "the key is not shown");
}
