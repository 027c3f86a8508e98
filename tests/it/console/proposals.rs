//! Every outcome's basis is chosen from what is in the file, never typed.

use zedenregister::access::Actor;
use zedenregister::register::attempt::{self, AttemptReport};
use zedenregister::vocabulary::{AttemptKind, Channel, DutyKind, FlagOutcome};

use super::desk::{Desk, option};
use crate::review::flags_of;

on_both_databases! {
    async fn wrong_facts_names_the_fact_from_the_file(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        desk.step(&officer, "take-up", &[]).await;
        let page = officer.get(&desk.flag_page()).await;
        let fact = option(&page, "Veroordeling, 12 januari 2026");
        let strange = [
            ("outcome.type", "wrongFacts"),
            ("outcome.wrongFacts.factId", "00000000-0000-7000-8000-000000000000"),
            ("reason", "Verkeerd vonnis"),
        ];
        let strange = desk.step(&officer, "propose", &strange).await;
        assert_eq!(strange.status, 400, "{}", strange.html);
        assert!(strange.html.contains("href=\"#propose-outcome-wrongFacts-factId\""), "{}", strange.html);
        let fields =
            [("outcome.type", "wrongFacts"), ("outcome.wrongFacts.factId", fact.as_str()), ("reason", "Verkeerd vonnis")];
        assert_eq!(desk.step(&officer, "propose", &fields).await.status, 303);
        let row = &flags_of(&desk.town.test, desk.town.registration)[0];
        assert_eq!((row.outcome, row.basis_id.as_deref()), (Some(FlagOutcome::WrongFacts), Some(fact.as_str())));
    }

    async fn a_technical_failure_names_the_attempt_and_offers_no_other(db: TestDb) {
        let desk = Desk::on(db).await;
        let test = &desk.town.test;
        let by = Actor { account: desk.town.officer.id, ..test.officer.clone() };
        let failed = AttemptReport {
            duty_kind: DutyKind::Initial,
            duty_id: None,
            kind: AttemptKind::DeskRefused,
            occurred_at: test.app.clock.now().legal.plus(chrono::Duration::hours(-26)),
            channel: Channel::Desk,
            note: "Balie gesloten".to_owned(),
        };
        let attempt = attempt::record(&test.app, &test.ctx(&by), desk.town.registration, failed).await.expect("kept").id;
        let officer = desk.town.officer().await;
        desk.step(&officer, "take-up", &[]).await;
        let page = officer.get(&desk.flag_page()).await;
        assert_eq!(option(&page, "Weggestuurd aan de balie"), attempt.to_string());
        let none = [("outcome.type", "technicalFailure"), ("reason", "De balie was dicht")];
        let none = desk.step(&officer, "propose", &none).await;
        assert_eq!(none.status, 400, "one of the two is needed: {}", none.html);
        let id = attempt.to_string();
        let fields = [
            ("outcome.type", "technicalFailure"),
            ("outcome.technicalFailure.attemptId", id.as_str()),
            ("reason", "De balie was dicht"),
        ];
        assert_eq!(desk.step(&officer, "propose", &fields).await.status, 303);
    }

    async fn what_can_be_done_is_what_the_use_case_allows(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        desk.step(&officer, "take-up", &[]).await;
        let warned = [("outcome.type", "warning"), ("reason", "Twee dagen te laat")];
        assert_eq!(desk.step(&officer, "propose", &warned).await.status, 303);
        let page = officer.get(&desk.flag_page()).await;
        assert!(!page.html.contains("/decide\""), "nobody decides on their own proposal: {}", page.html);
        let own = desk.step(&officer, "decide", &[("confirm", "true"), ("reason", "Zelf bekeken")]).await;
        assert_eq!(own.status, 403, "{}", own.html);
    }
}
