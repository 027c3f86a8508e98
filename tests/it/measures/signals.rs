//! Signals: apart from facts, matched by a person, with whoever reported protected, and gone when their time is over.

use scheduler::RunContext;
use serde_json::{Value, json};
use zedenregister::jobs::retention;
use zedenregister::vocabulary::{Purpose, Regime};

use super::Desk;
use crate::support::app::day;

const IDENTITY: &str = "Mevrouw Melder, 06 87654321";

async fn received(desk: &Desk) -> Value {
    let new = json!({"origin": "hotline", "receivedOn": "2026-05-29", "text": "Zou begeleider zijn bij een jeugdkamp",
        "reporter": {"as": "known", "identity": IDENTITY}});
    let made = desk.post("tbkk", "/signals", &new).await;
    assert_eq!(made.status.code, 201, "{}", made.body);
    made.body
}

async fn retire(desk: &Desk, on: &str) {
    let app = desk.world.test.app.clone();
    app.clock.set_legal_day(day(on), Regime::NlPilot.zone());
    let now = app.clock.now().system.utc();
    let ran = tokio::task::spawn_blocking(move || retention::run(&app, &RunContext::new(now, now, 1))).await;
    ran.expect("ran").expect("done");
}

on_both_databases! {
    // ASVS 5.0: 2.3.1, 8.2.3, 14.2.6
    async fn a_person_takes_a_signal_up_and_matches_it(db: TestDb) {
        let desk = Desk::on(db).await;
        let made = received(&desk).await;
        assert_eq!(made["triageDue"], "2026-06-02", "two working days after a Friday");
        let one = format!("/signals/{}", made["id"].as_str().expect("an id"));
        let found = json!({"registrationId": desk.world.active.registration, "reasons": "Naam en geboortedatum"});
        let early = desk.send("aice", None, &format!("{one}/matches"), 1, Some(&found)).await;
        assert_eq!((early.status.code, early.body["code"].as_str()), (409, Some("not_in_this_state")), "{}", early.body);
        let up = desk.send("aice", None, &format!("{one}/triage"), 1, None).await;
        assert_eq!(up.body["state"], "in_triage", "{}", up.body);
        let strange = json!({"registrationId": "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "reasons": "Naam"});
        let refused = desk.send("aice", None, &format!("{one}/matches"), 2, Some(&strange)).await;
        assert_eq!(refused.codes(), ["no_such_registration"]);
        let facts = desk.get("officer", None, &desk.file("/facts")).await.body;
        let matched = desk.send("aice", None, &format!("{one}/matches"), 2, Some(&found)).await;
        assert_eq!(matched.body["state"], "matched", "{}", matched.body);
        assert_eq!(desk.get("officer", None, &desk.file("/facts")).await.body, facts, "a signal is no fact");
        let listed = desk.get("officer", None, &desk.file("/signals")).await;
        assert_eq!(listed.body["items"][0]["origin"], "hotline");
        // The officer reads what was matched, and not who reported; nobody but the desk does.
        let seen = desk.get("officer", None, &one).await;
        assert_eq!(seen.body["reporter"]["shown"], "hidden", "{}", seen.body);
        assert!(seen.body["text"].is_string() && !seen.body.to_string().contains("Melder"));
        for (seat, purpose) in [("tbkk", Purpose::Investigation), ("om_officer", Purpose::Prosecution),
            ("privacy_officer", Purpose::DataSubjectRight), ("ap_auditor", Purpose::Audit)]
        {
            let seen = desk.get(seat, Some(purpose), &one).await;
            assert_eq!(seen.body["reporter"]["shown"], "hidden", "{seat}: {}", seen.body);
            assert!(!seen.body.to_string().contains("Melder"), "{seat}");
        }
        assert_eq!(desk.get("aice", None, &one).await.body["reporter"]["identity"], IDENTITY);
        assert_eq!(desk.last_entry()["fields"], json!(["reporter", "text"]));
        let wrong_end = json!({"reason": "not_matched", "reasons": "Niemand gevonden"});
        let refused = desk.send("aice", None, &format!("{one}/closures"), 3, Some(&wrong_end)).await;
        assert_eq!(refused.body["code"], "reason_does_not_fit");
        let undone = desk.send("aice", None, &format!("{one}/match-withdrawals"), 3, Some(&json!({"reasons": "Ander mens"}))).await;
        assert_eq!(undone.body["state"], "in_triage");
        assert_eq!(desk.get("officer", None, &one).await.status.code, 403, "it is not of this file any more");
        assert!(!desk.world.test.db.dump().contains("jeugdkamp"), "the dump shows a signal");
    }

    async fn the_identity_is_shown_when_demanded_and_erased_when_asked(db: TestDb) {
        let desk = Desk::on(db).await;
        let one = format!("/signals/{}", received(&desk).await["id"].as_str().expect("an id"));
        let demand = json!({"provision": "Sv art. 126nd"});
        let path = format!("{one}/identity-demands");
        assert_eq!(desk.send("aice", None, &path, 1, Some(&demand)).await.status.code, 403);
        let shown = desk.send("om_officer", Some(Purpose::Prosecution), &path, 1, Some(&demand)).await;
        assert_eq!(shown.body["reporter"]["identity"], IDENTITY, "{}", shown.body);
        let forgot = desk.send("aice", None, &format!("{one}/anonymity"), 2, None).await;
        assert_eq!(forgot.body["reporter"]["shown"], "anonymous", "{}", forgot.body);
        let late = desk.send("om_officer", Some(Purpose::Prosecution), &path, 3, Some(&demand)).await;
        assert_eq!(late.body["code"], "no_identity_held", "{}", late.body);
    }

    // ASVS 5.0: 14.2.7
    async fn a_closed_signal_is_locked_and_then_destroyed_by_the_job(db: TestDb) {
        let desk = Desk::on(db).await;
        let made = received(&desk).await;
        let one = format!("/signals/{}", made["id"].as_str().expect("an id"));
        desk.send("aice", None, &format!("{one}/triage"), 1, None).await;
        let found = json!({"registrationId": desk.world.active.registration, "reasons": "Naam"});
        desk.send("aice", None, &format!("{one}/matches"), 2, Some(&found)).await;
        let end = json!({"reason": "followed_up", "reasons": "Gesproken"});
        let closed = desk.send("aice", None, &format!("{one}/closures"), 3, Some(&end)).await;
        let (remove, destroy) = (closed.body["removeOn"].clone(), closed.body["destroyOn"].clone());
        let (remove, destroy) = (remove.as_str().expect("a day"), destroy.as_str().expect("a day"));
        let state = |desk: &Desk| {
            let listed = desk.world.test.db.dump();
            (listed.contains("'removed'") || listed.contains("removed"), listed.contains("destroyed"))
        };
        let row = async || desk.get("aice", None, "/signals?limit=100").await.body["items"].as_array().expect("rows").iter()
            .find(|item| item["id"] == made["id"]).expect("the signal").clone();
        retire(&desk, "2026-06-02").await;
        assert_eq!(row().await["state"], "closed");
        retire(&desk, remove).await;
        assert_eq!(row().await["state"], "removed", "{:?}", state(&desk));
        let locked = desk.get("aice", None, &one).await;
        assert!(locked.body.get("text").is_none() && locked.body["reporter"]["shown"] == "hidden", "{}", locked.body);
        retire(&desk, destroy).await;
        assert_eq!(row().await["state"], "destroyed");
        assert_eq!(desk.get("aice", None, &one).await.status.code, 404);
        assert!(row().await.get("registrationId").is_none());
        retire(&desk, destroy).await;
    }
}
