//! Help: private to the registrant and the helper, and nothing that counts.

use serde_json::json;
use zedenregister::vocabulary::Purpose;

use super::Desk;

on_both_databases! {
    async fn a_request_for_help_is_seen_by_the_registrant_and_the_helper_alone(db: TestDb) {
        let desk = Desk::on(db).await;
        let before = desk.get("officer", None, &desk.file("/timeline")).await.body;
        let duties = desk.get("officer", None, &desk.file("/duties")).await.body;
        let new = json!({"provider": "stop_it_now", "reachableAt": "06 12345678", "message": "Ik wil praten"});
        let made = desk.post("registrant", "/registrations/me/help-requests", &new).await;
        assert_eq!(made.status.code, 201, "{}", made.body);
        let path = desk.file("/help-requests");
        let own = desk.get("registrant", None, &path).await;
        assert_eq!(own.body["items"][0]["message"], "Ik wil praten");
        let helper = desk.get("privacy_officer", Some(Purpose::DataSubjectRight), "/help-requests").await;
        assert!(helper.body["items"].as_array().is_some_and(|items| items.iter().any(|item| item["id"] == made.body["id"])));
        assert!(!helper.body.to_string().contains("praten"), "lists say nothing");
        for seat in ["officer", "lead", "om_officer", "aice", "tbkk", "justid", "evaluator", "admin_tech", "ap_auditor"] {
            for purpose in [None, Some(Purpose::Supervision), Some(Purpose::Audit)] {
                let denied = desk.get(seat, purpose, &path).await;
                assert!(matches!(denied.status.code, 403 | 404), "{seat}: {} {}", denied.status, denied.body);
            }
        }
        assert_eq!(desk.get("officer", None, &desk.file("/timeline")).await.body, before, "it is not in the timeline");
        assert_eq!(desk.get("officer", None, &desk.file("/duties")).await.body, duties, "it counts for no duty");
        let on = format!("{path}/{}/referrals", made.body["id"].as_str().expect("an id"));
        let passed = desk.send("privacy_officer", Some(Purpose::DataSubjectRight), &on, 1, None).await;
        assert_eq!(passed.body["state"], "passed_on", "{}", passed.body);
        let late = format!("{path}/{}/withdrawals", made.body["id"].as_str().expect("an id"));
        assert_eq!(desk.send("registrant", None, &late, 2, None).await.body["code"], "help_request_closed");
        assert!(!desk.world.test.db.dump().contains("praten"), "the dump shows a request");
    }
}
