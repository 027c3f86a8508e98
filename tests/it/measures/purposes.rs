//! An attempt to use data against its purpose is refused and audited, for every pair of source and use.

use serde_json::json;
use zedenregister::instruments::purpose::{Need, Outcome, Source, Use};
use zedenregister::vocabulary::Purpose;

use super::Desk;

on_both_databases! {
    // ASVS 5.0: 8.2.4, 16.3.2
    async fn every_pair_is_answered_as_the_table_says_and_every_refusal_is_audited(db: TestDb) {
        let desk = Desk::on(db).await;
        let rules = desk.world.test.app.measures.clone();
        let table = rules.purposes.at(crate::support::app::day("2026-06-01")).expect("a table");
        let (mut tried, mut refused) = (0, 0);
        for source in Source::ALL {
            for purpose in Use::ALL {
                let decision = table.decide(*source, *purpose).expect("a pair");
                let ask = json!({"source": source, "use": purpose});
                let bare = desk.send("lead", Some(Purpose::Supervision), &desk.file("/data-uses"), 0, Some(&ask)).await;
                let entry = desk.last_entry();
                let expected = match decision.outcome {
                    Outcome::Allowed => (200, None, "allowed"),
                    Outcome::Conditional => (403, Some("purpose_conditions_open"), "refused"),
                    Outcome::Refused => (403, Some("purpose_refused"), "refused"),
                };
                let what = format!("{source} for {purpose}: {} {}", bare.status, bare.body);
                assert_eq!((bare.status.code, bare.body["code"].as_str()), (expected.0, expected.1), "{what}");
                assert_eq!((&entry["action"], &entry["outcome"]), (&json!("data_use.ask"), &json!(expected.2)), "{what}");
                let mut named = [source.as_str(), purpose.as_str()].to_vec();
                named.sort_unstable();
                named.dedup();
                assert_eq!(entry["fields"], json!(named), "{what}");
                // With every condition met a conditional pair opens, and a refused one stays closed.
                let all = json!({"source": source, "use": purpose, "met": Need::ALL, "basis": "Wet, art. 1"});
                let met = desk.send("lead", Some(Purpose::Supervision), &desk.file("/data-uses"), 0, Some(&all)).await;
                let open = decision.outcome != Outcome::Refused;
                assert_eq!(met.status.code == 200, open, "{source} for {purpose}: {} {}", met.status, met.body);
                tried += 1;
                refused += usize::from(decision.outcome == Outcome::Refused);
            }
        }
        assert_eq!(tried, Source::ALL.len() * Use::ALL.len());
        assert!(refused > 20, "only {refused} pairs are closed");
    }
}
