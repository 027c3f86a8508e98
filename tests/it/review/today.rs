//! The first page: what is overdue, due today, later, waits for others, or is to be logged, each with its reason.

use zedenregister::access::Actor;
use zedenregister::register::review::dispute::{self, DisputeInput};
use zedenregister::register::review::{self, AuthorityDecisionInput, Section, Snooze, Today, WorkReason};
use zedenregister::register::view;
use zedenregister::vocabulary::{AuthorityOutcome, FlagState, Regime, WorkSection};

use super::{Reviewed, because, code, referral, sweep, warning};
use crate::support::TestDb;
use crate::support::app::day;

async fn page(r: &Reviewed, of: &Actor) -> Today {
    review::today(&r.test.app, &r.ctx(of)).await.expect("a page")
}

/// Where the flag stands, and why.
async fn place(r: &Reviewed, of: &Actor) -> Option<(WorkSection, WorkReason)> {
    let page = page(r, of).await;
    let found: Vec<_> = page
        .sections
        .iter()
        .flat_map(|section| section.items.iter().map(move |item| (section.section, item)))
        .filter(|(_, item)| item.flag_id == Some(r.flag))
        .map(|(section, item)| (section, item.why.reason))
        .collect();
    assert!(found.len() < 2, "in one section only: {found:?}");
    found.first().copied()
}

fn section(page: &Today, wanted: WorkSection) -> &Section {
    page.sections.iter().find(|section| section.section == wanted).expect("every section is there")
}

on_both_databases! {
    async fn a_flag_moves_through_the_sections_of_everybody_in_it(db: TestDb) {
        use WorkReason::*;
        use WorkSection::*;
        let r = Reviewed::on(db).await;
        let (officer, lead) = (&r.test.officer, &r.test.lead);
        assert_eq!(place(&r, officer).await, Some((ThisWeek, TakeUp)));
        assert_eq!(place(&r, lead).await, None, "it is not the lead's");
        r.test.days_pass(3);
        assert_eq!(place(&r, officer).await, Some((Today, TakeUp)));
        r.test.days_pass(1);
        assert_eq!(place(&r, officer).await, Some((Overdue, TakeUp)));
        super::terms::pass(&r.test.app).await;
        assert_eq!(place(&r, lead).await, Some((Overdue, Escalated)));
        r.take_up().await;
        assert_eq!(place(&r, officer).await, Some((ThisWeek, Investigate)));
        let ctx = r.ctx(officer);
        review::await_evidence(&r.test.app, &ctx, r.flag, r.version(), because("Brief gevraagd")).await.expect("awaited");
        assert_eq!(place(&r, officer).await, Some((Waiting, EvidenceAwaited)));
        r.test.days_pass(20);
        assert_eq!(place(&r, officer).await, Some((Overdue, EvidenceOverdue)));
        r.propose(referral()).await.expect("proposed");
        assert_eq!(place(&r, officer).await, Some((Waiting, DecisionAwaited)));
        assert_eq!(place(&r, lead).await, Some((ThisWeek, Decide)));
        r.decide(lead, true).await.expect("confirmed");
        assert_eq!(place(&r, officer).await, Some((Waiting, HandOverAwaited)));
        assert_eq!(place(&r, &r.prosecutor).await, Some((ThisWeek, Acknowledge)));
        assert_eq!(place(&r, &r.execution).await, Some((ThisWeek, Acknowledge)));
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        assert_eq!(place(&r, &r.prosecutor).await, None, "done for now");
        r.acknowledge(&r.execution).await.expect("acknowledged");
        assert_eq!(place(&r, officer).await, Some((Waiting, AnswerAwaited)));
        assert_eq!(place(&r, &r.prosecutor).await, Some((ToLog, Answer)));
        let none = AuthorityDecisionInput {
            outcome: AuthorityOutcome::NoAction, decided_on: day("2026-02-09"), reference: None, note: None,
        };
        review::answer(&r.test.app, &r.ctx(&r.prosecutor), r.flag, r.version(), none).await.expect("answered");
        assert_eq!(place(&r, officer).await, Some((ToLog, CloseAnswered)));
        r.close().await.expect("closed");
        assert_eq!(place(&r, officer).await, None);
    }

    async fn it_opens_on_what_is_first_and_says_why_in_a_sentence(db: TestDb) {
        let r = Reviewed::on(db).await;
        let empty = page(&r, &r.test.lead).await;
        assert_eq!((empty.open, empty.on), (WorkSection::Today, day("2026-01-16")));
        let later = page(&r, &r.test.officer).await;
        assert_eq!(later.open, WorkSection::ThisWeek);
        let item = &section(&later, WorkSection::ThisWeek).items[0];
        assert_eq!(item.name.surname, "Proefpersoon");
        assert_eq!(item.sentence.nl, ["Geen eerste melding sinds 16-01-2026; op te pakken uiterlijk 19-01-2026."]);
        assert_eq!(item.sentence.en, ["No first notification since 16-01-2026; to be taken up by 19-01-2026."]);
        r.decided(warning()).await;
        let logged = page(&r, &r.test.officer).await;
        assert_eq!(logged.open, WorkSection::ToLog);
        let item = &section(&logged, WorkSection::ToLog).items[0];
        assert_eq!(item.state, Some(FlagState::Decided));
        assert_eq!(item.sentence.en, ["Decided (warning); to be carried out and closed by 19-01-2026."]);
    }

    async fn what_is_put_away_is_not_there_but_a_lead_sees_what_passed_its_term(db: TestDb) {
        let r = Reviewed::on(db).await;
        let away = Snooze { until: Some(day("2026-01-26")), reason: "Terugbellen".to_owned() };
        review::snooze(&r.test.app, &r.ctx(&r.test.officer), r.flag, 1, away).await.expect("put away");
        assert_eq!(place(&r, &r.test.officer).await, None);
        r.test.days_pass(4);
        super::terms::pass(&r.test.app).await;
        assert_eq!(place(&r, &r.test.officer).await, None);
        assert_eq!(place(&r, &r.test.lead).await, Some((WorkSection::Overdue, WorkReason::Escalated)));
        r.test.days_pass(6);
        assert_eq!(place(&r, &r.test.officer).await, Some((WorkSection::Overdue, WorkReason::TakeUp)));
    }

    async fn a_dispute_waits_for_the_lead_and_holds_the_flag_for_the_officer(db: TestDb) {
        let r = Reviewed::on(db).await;
        let person = r.test.ctx(&r.registrant);
        let fact_id = view::facts(&r.test.app, &person, r.registration).await.expect("facts").items[0].id;
        let input = DisputeInput { fact_id, reason: "Dat klopt niet".to_owned() };
        let it = dispute::raise(&r.test.app, &person, r.registration, input).await.expect("raised");
        assert_eq!(place(&r, &r.test.officer).await, Some((WorkSection::Waiting, WorkReason::UnderDispute)));
        let lead = page(&r, &r.test.lead).await;
        let item = &section(&lead, WorkSection::ThisWeek).items[0];
        assert_eq!((item.dispute_id, item.why.reason), (Some(it.id), WorkReason::DecideDispute));
        assert_eq!(section(&lead, WorkSection::ThisWeek).total, 1);
    }

    async fn a_section_is_read_in_pages(db: TestDb) {
        let r = Reviewed::on(db).await;
        for _ in 0..4 {
            r.test.registrant(r.test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        }
        assert_eq!(sweep(&r.test).await, 4);
        let (app, ctx) = (&r.test.app, r.ctx(&r.test.officer));
        let mut seen = Vec::new();
        let mut after: Option<String> = None;
        for expected in [2, 2, 1] {
            let got = review::section(app, &ctx, WorkSection::ThisWeek, after.as_deref(), 2).await.expect("a page");
            assert_eq!((got.total, got.items.len()), (5, expected));
            seen.extend(got.items.iter().map(|item| item.flag_id.expect("a flag")));
            after = got.next;
        }
        assert_eq!(after, None);
        let mut all = seen.clone();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5, "each once");
        assert_eq!(code(review::section(app, &ctx, WorkSection::Today, Some("elders"), 2).await), "invalid");
        let nothing = review::section(app, &ctx, WorkSection::Overdue, None, 2).await.expect("a page");
        assert_eq!((nothing.total, nothing.items), (0, vec![]));
    }

    async fn who_has_no_worklist_is_told(db: TestDb) {
        let r = Reviewed::on(db).await;
        assert_eq!(code(review::today(&r.test.app, &r.ctx(&r.test.records)).await), "forbidden");
        assert_eq!(code(review::today(&r.test.app, &r.test.ctx(&r.registrant)).await), "forbidden");
        assert_eq!(code(review::today(&r.test.app, &r.test.ctx(&r.prosecutor)).await), "forbidden", "without a purpose");
        let elsewhere = page(&r, &r.test.other_officer).await;
        assert!(elsewhere.sections.iter().all(|section| section.total == 0));
        r.test.db.execute("UPDATE registrations SET subject_last_day = '2026-01-15'");
        assert_eq!(place(&r, &r.test.officer).await, None, "a file that has ended is out of sight");
    }
}
