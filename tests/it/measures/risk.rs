//! Who sees how much of a risk assessment.

use serde_json::json;
use zedenregister::vocabulary::Purpose;

use super::Desk;

on_both_databases! {
    // ASVS 5.0: 8.2.3, 14.2.6, 15.3.1
    async fn the_police_unit_sees_the_band_and_the_registrant_nothing(db: TestDb) {
        let desk = Desk::on(db).await;
        let items = json!({"neverLivedWithLover": 0, "indexViolence": 0, "priorViolence": 0, "priorSexual": 2,
            "priorSentencingDates": 0, "nonContact": 1, "unrelatedVictim": 1, "strangerVictim": 1, "maleVictim": 1});
        let new = json!({"version": "static-99r-2016", "assessedOn": "2026-05-01", "finding": {
            "instrument": "static_99r", "sex": "male", "age": {"years": 63.0}, "onlyOnlineImages": false, "items": items}});
        let path = desk.file("/risk-assessments");
        let made = desk.post("officer", &path, &new).await;
        assert_eq!(made.status.code, 201, "{}", made.body);
        assert_eq!(made.body["whole"]["total"], 3);
        assert_eq!(made.body["whole"]["ageSensitivity"][0]["difference"], 4, "{}", made.body);
        let mut typed = new.clone();
        typed["total"] = json!(3);
        typed["version"] = json!("static-99");
        let refused = desk.post("officer", &path, &typed).await;
        assert_eq!(refused.codes(), ["unknown_version", "typed_total"]);
        let band = desk.get("tbkk", Some(Purpose::Investigation), &path).await;
        assert_eq!(band.body["items"][0]["bands"][1]["band"], "III");
        assert!(band.body["items"][0].get("whole").is_none(), "{}", band.body);
        assert_eq!(desk.last_entry()["fields"], json!(["band"]));
        let whole = desk.get("lead", None, &path).await;
        assert_eq!(whole.body["items"][0]["whole"]["items"].as_array().map(Vec::len), Some(10));
        assert_eq!(desk.last_entry()["fields"], json!(["band", "items", "total"]));
        for seat in ["registrant", "evaluator", "privacy_officer", "admin_tech", "justis"] {
            let denied = desk.get(seat, Some(Purpose::DataSubjectRight), &path).await;
            assert!(matches!(denied.status.code, 403 | 404), "{seat}: {}", denied.body);
        }
        let timeline = desk.get("officer", None, &desk.file("/timeline?kinds=risk_assessment")).await;
        assert_eq!(timeline.body["items"][0]["what"], "static_99r");
        let own = desk.get("registrant", None, &desk.file("/timeline?kinds=risk_assessment")).await;
        assert_eq!(own.body["items"], json!([]));
    }
}
