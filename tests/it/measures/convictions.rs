//! Convictions from abroad and requests for them.

use serde_json::{Value, json};
use zedenregister::vocabulary::Purpose;

use super::{Desk, holds};

const RECORDS: &str = include_str!("../../instruments/convictions/records.json");

fn cases(check: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(RECORDS).expect("cases");
    all.into_iter().filter(|case| case["check"] == check).collect()
}

on_both_databases! {
    async fn every_request_gets_the_answer_and_the_term_of_the_examples(db: TestDb) {
        let desk = Desk::on(db).await;
        let zone = zedenregister::vocabulary::Regime::NlPilot.zone();
        let (mut wrong, mut tried) = (Vec::new(), 0);
        for case in cases("answer") {
            let given = &case["given"];
            let (mut request, on) = (given["request"].clone(), given["on"].as_str().expect("a day"));
            let today = crate::support::app::day(on);
            let members = request.as_object_mut().expect("members");
            let supplemented = members.remove("supplementedOn");
            let answered = members.remove("answeredOn");
            members.insert("authority".to_owned(), json!("Bundesamt"));
            let past = |day: &Option<Value>| day.as_ref().and_then(Value::as_str).is_none_or(|day| day <= on);
            let received = members["receivedOn"].as_str().expect("a day").to_owned();
            if !past(&supplemented) || !past(&answered) || received.as_str() > on || received.as_str() < "2014-04-01" {
                continue;
            }
            desk.world.test.app.clock.set_legal_day(today, zone);
            let mut last = desk.post("justid", "/ecris-requests", &request).await;
            for (path, day) in [("supplements", supplemented), ("answers", answered)] {
                if let (Some(day), Some(id)) = (day, last.body["id"].as_str()) {
                    let path = format!("/ecris-requests/{id}/{path}");
                    let version = last.body["version"].as_i64().expect("a version");
                    last = desk.send("justid", None, &path, version, Some(&json!({"on": day}))).await;
                }
            }
            tried += 1;
            if last.status.code >= 300 || !holds(&last.body, &case["expect"]) {
                wrong.push(format!("{}: {} got {} {}", case["id"], case["expect"], last.status, last.body));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(tried > 12, "only {tried}");
    }

    async fn a_request_through_ecris_tcn_is_recorded_not_available_and_audited(db: TestDb) {
        let desk = Desk::on(db).await;
        for purpose in ["criminal_proceedings", "work_with_children", "other_purpose", "own_record", "employer",
            "third_country_national", "register"]
        {
            let new = json!({"system": "ecris_tcn", "purpose": purpose, "receivedOn": "2026-05-01", "authority": "eu-LISA"});
            let made = desk.post("justid", "/ecris-requests", &new).await;
            assert_eq!((made.status.code, made.body["outcome"].as_str()), (201, Some("not_available")), "{}", made.body);
            let why = made.body["explanation"]["en"][0].as_str().unwrap_or_default();
            assert!(why.contains("2019/816"), "{why}");
            let entry = desk.last_entry();
            assert_eq!((&entry["outcome"], &entry["reason"]), (&json!("refused"), &json!("not_available")));
            let id = made.body["id"].as_str().expect("an id");
            let path = format!("/ecris-requests/{id}/answers");
            let answer = desk.send("justid", None, &path, 1, Some(&json!({"on": "2026-06-01"}))).await;
            assert_eq!((answer.status.code, answer.body["code"].as_str()), (409, Some("not_available")));
        }
        let new = json!({"system": "ecris", "purpose": "register", "receivedOn": "2026-05-01", "authority": "Bundesamt"});
        let made = desk.post("justid", "/ecris-requests", &new).await;
        assert_eq!(made.body["outcome"], "refused");
        assert_eq!(desk.last_entry()["reason"], "purpose_refused");
        assert_eq!(desk.get("officer", None, "/ecris-requests").await.status.code, 403);
    }

    async fn what_was_supplied_for_screening_never_comes_in(db: TestDb) {
        let desk = Desk::on(db).await;
        let path = desk.file("/foreign-convictions");
        let before = desk.get("officer", None, &path).await.body["items"].as_array().map(Vec::len);
        for (channel, code) in [("ecris_screening", "purpose_refused"), ("ecris_proceedings", "purpose_refused"),
            ("ecris_tcn", "not_available")]
        {
            let new = json!({"channel": channel, "receivedOn": "2026-05-01", "country": "DE", "dutchNational": true,
                "judgmentOn": "2025-05-01", "finalOn": "2025-06-01", "provenance": "Bundesamt",
                "offence": {"classified": {"system": "ecris", "ecrisCode": "1010 00", "sentOn": "2026-04-01"},
                    "committedOn": "2024-02-01"}});
            let refused = desk.post("justid", &path, &new).await;
            assert_eq!((refused.status.code, refused.body["code"].as_str()), (403, Some(code)), "{}", refused.body);
            assert_eq!(desk.last_entry()["reason"], code);
            assert_eq!(desk.last_entry()["fields"], json!([channel]));
        }
        assert_eq!(desk.get("officer", None, &path).await.body["items"].as_array().map(Vec::len), before);
        let mut wrong = json!({"channel": "self_declared", "receivedOn": "2026-05-01", "country": "NL",
            "judgmentOn": "2027-05-01", "provenance": "Hijzelf",
            "offence": {"classified": {"system": "dutch", "article": "x"}, "committedOn": "2030-02-01"}});
        let refused = desk.post("officer", &path, &wrong).await;
        let codes = refused.codes();
        for code in ["not_foreign", "in_the_future", "no_article"] {
            assert!(codes.contains(&code), "{code} is not among {codes:?}");
        }
        wrong["channel"] = json!("liaison_officer");
        assert_eq!(desk.post("officer", &path, &wrong).await.codes(), ["not_by_this_role"]);
    }

    async fn what_was_told_carries_nothing_until_somebody_else_verifies_it(db: TestDb) {
        let desk = Desk::on(db).await;
        let new = json!({"channel": "self_declared", "receivedOn": "2026-05-01", "country": "PH",
            "judgmentOn": "2015-02-02", "provenance": "De betrokkene",
            "offence": {"classified": {"system": "dutch", "article": "245"}, "committedOn": "2014-06-01"}});
        let made = desk.post("officer", &desk.file("/foreign-convictions"), &new).await;
        assert_eq!((made.status.code, made.body["state"].as_str()), (201, Some("unverified")), "{}", made.body);
        assert!(holds(&made.body["openNeeds"], &json!(["verified"])), "{}", made.body);
        let one = desk.file(&format!("/foreign-convictions/{}", made.body["id"].as_str().expect("an id")));
        let abroad = json!({"to": "Interpol", "kind": "interpol", "use": "warning_notice", "basis": "Bpg art. 5:1",
            "met": ["human_review"]});
        let blocked = desk.send("lead", None, &format!("{one}/supplies"), 1, Some(&abroad)).await;
        assert_eq!((blocked.status.code, blocked.body["code"].as_str()), (403, Some("pass_on_blocked")), "{}", blocked.body);
        assert!(blocked.codes().contains(&"not_verified"));
        assert_eq!(desk.last_entry()["outcome"], "refused");
        let seen = json!({"how": "court_document", "reasons": "Vonnis gezien"});
        let path = format!("{one}/verifications");
        let same = desk.send("officer", None, &path, 1, Some(&seen)).await;
        assert_eq!((same.status.code, same.body["code"].as_str()), (409, Some("same_person")), "{}", same.body);
        let other = desk.send("justid", None, &path, 1, Some(&seen)).await;
        assert_eq!(other.body["state"], "verified", "{}", other.body);
        let screening = json!({"to": "Justis", "kind": "screening_authority", "use": "screening", "basis": "Wjsg"});
        let blocked = desk.send("lead", None, &format!("{one}/supplies"), 2, Some(&screening)).await;
        assert!(blocked.codes().contains(&"no_access"), "{}", blocked.body);
        let bare = json!({"to": "OM Noord", "kind": "prosecution", "use": "supervision"});
        let blocked = desk.send("lead", None, &format!("{one}/supplies"), 2, Some(&bare)).await;
        assert!(blocked.codes().contains(&"no_basis"), "{}", blocked.body);
        let supply = json!({"to": "OM Noord", "kind": "prosecution", "use": "supervision", "basis": "Sv art. 6:3:14",
            "met": ["human_review"]});
        let gone = desk.send("lead", None, &format!("{one}/supplies"), 2, Some(&supply)).await;
        assert_eq!(gone.status.code, 200, "{}", gone.body);
        assert_eq!(gone.body["record"]["supplied"][0]["afterCareUntil"], "2027-06-01");
        let stale = desk.send("lead", None, &format!("{one}/supplies"), 2, Some(&supply)).await;
        assert_eq!(stale.status.code, 412, "{}", stale.body);
        let mut better = new.clone();
        better["judgmentOn"] = json!("2015-02-03");
        let correction = json!({"replacement": better, "reasons": "Dag hersteld"});
        let done = desk.send("justid", None, &format!("{one}/corrections"), 3, Some(&correction)).await;
        assert!(holds(&done.body["tell"], &json!([{"to": "OM Noord", "what": "correction"}])), "{}", done.body);
        assert_eq!(done.body["conviction"]["judgmentOn"], "2015-02-03");
        let told = desk.send("justid", None, &format!("{one}/after-care"), 4, Some(&json!({"to": "OM Noord"}))).await;
        assert_eq!(told.body["tell"][0]["informedOn"], "2026-06-01", "{}", told.body);
        let again = desk.send("justid", None, &format!("{one}/after-care"), 5, Some(&json!({"to": "OM Noord"}))).await;
        assert_eq!(again.body["code"], "nothing_to_tell");
        let deletion = json!({"reasons": "Vernietigd"});
        let deleted = desk.send("justid", None, &format!("{one}/deletions"), 5, Some(&deletion)).await;
        assert_eq!(deleted.body["state"], "deleted", "{}", deleted.body);
        let police = desk.get("tbkk", Some(Purpose::Investigation), &one).await;
        assert_eq!(police.status.code, 200, "{}", police.body);
        assert!(!desk.world.test.db.dump().contains("Vernietigd"), "the dump shows a reason");
    }
}
