//! What a person asks as their right: by when it is decided, who decides, what is refused, and what the person reads of it.

use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::AccountId;
use zedenregister::register::Refusal;
use zedenregister::rights::requests::{
    self, NewRightsRequest, RightsDecision, RightsDone, RightsExtension, RightsRequestView, RightsStep,
};
use zedenregister::vocabulary::{Purpose, RightsGround, RightsKind, RightsOutcome, RightsState, Role};

use crate::console::browser::{Browser, Town, with_purpose};
use crate::support::app::{TestApp, day};

fn asked(kind: RightsKind) -> NewRightsRequest {
    NewRightsRequest { kind, about: "Mijn geboortedatum".to_owned(), wanted: None, received_on: None }
}

fn decision(outcome: RightsOutcome, grounds: &[RightsGround]) -> RightsStep {
    let reasons = "De akte zegt hetzelfde".to_owned();
    RightsStep::Decide(RightsDecision { outcome, grounds: grounds.to_vec(), reasons })
}

fn extension() -> RightsStep {
    RightsStep::Extend(RightsExtension { reasons: "Er zijn stukken nodig".to_owned() })
}

fn done() -> RightsDone {
    RightsDone { what: "Verbeterd; de politie heeft bericht".to_owned() }
}

fn code<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> String {
    match answer {
        Err(Refusal::Conflict { code, .. }) => code.to_owned(),
        Err(Refusal::Invalid(faults)) => {
            faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>().join(", ")
        }
        other => panic!("neither a conflict nor invalid: {other:?}"),
    }
}

/// Whoever decides.
fn privacy(test: &TestApp) -> Ctx {
    let role = Role::PrivacyOfficer;
    let account = AccountId::fresh();
    let actor = Actor { account, role, team: None, organisation: "proef".to_owned(), ..test.lead.clone() };
    Ctx { purpose: Some(Purpose::DataSubjectRight), ..test.ctx(&actor) }
}

async fn add(town: &Town, actor: &Actor, new: NewRightsRequest) -> Result<RightsRequestView, Refusal> {
    requests::add(&town.test.app, &town.test.ctx(actor), town.registration, new).await
}

async fn step(
    town: &Town,
    ctx: &Ctx,
    request: &RightsRequestView,
    step: RightsStep,
) -> Result<RightsRequestView, Refusal> {
    requests::step(&town.test.app, ctx, town.registration, request.id, request.version, step).await
}

on_both_databases! {
    async fn a_person_asks_and_reads_by_when_there_is_a_decision(db: TestDb) {
        let town = Town::on(db).await;
        let made = add(&town, &town.registrant, asked(RightsKind::Rectification)).await.expect("asked");
        // Received on Monday 12 January; four weeks.
        assert_eq!((made.state, made.due), (RightsState::Asked, day("2026-02-09")));
        let content = made.content.as_ref().expect("what it says");
        assert!(content.acknowledgement.nl[0].contains("uiterlijk op 09-02-2026"), "{:?}", content.acknowledgement);
        assert!(content.acknowledgement.en[0].contains("Autoriteit Persoonsgegevens"), "{:?}", content.acknowledgement);

        let officer = town.test.ctx(&town.test.officer);
        let (app, privacy) = (&town.test.app, privacy(&town.test));
        let waiting = requests::waiting(app, &privacy, None, 10).await.expect("a list");
        assert_eq!(waiting.items.iter().map(|one| one.id).collect::<Vec<_>>(), [made.id]);
        assert!(waiting.items[0].content.is_none(), "a list over many files says nothing of what was asked");
        assert!(matches!(requests::waiting(app, &officer, None, 10).await, Err(Refusal::Forbidden(_))));
        let without = Ctx { purpose: None, ..privacy.clone() };
        assert!(matches!(requests::waiting(app, &without, None, 10).await, Err(Refusal::Forbidden(_))));

        let granted = step(&town, &privacy, &made, decision(RightsOutcome::Granted, &[])).await.expect("decided");
        assert_eq!(granted.state, RightsState::Granted);
        assert_eq!(requests::waiting(app, &privacy, None, 10).await.expect("a list").items.len(), 1, "to carry out");
        let case = Actor { account: town.officer.id, ..town.test.officer.clone() };
        let done = step(&town, &town.test.ctx(&case), &granted, RightsStep::CarryOut(done())).await.expect("done");
        assert_eq!(done.state, RightsState::CarriedOut);
        assert!(requests::waiting(app, &privacy, None, 10).await.expect("a list").items.is_empty());
        let own = requests::of_file(app, &town.test.ctx(&town.registrant), town.registration, None, 10).await.expect("own");
        let told = own.items[0].content.as_ref().expect("what became of it");
        assert_eq!(told.decision.as_ref().map(|said| said.reasons.as_str()), Some("De akte zegt hetzelfde"));
        assert!(told.carried_out.as_ref().is_some_and(|said| said.what.contains("politie")), "{told:?}");
    }

    async fn a_refusal_names_its_ground_and_the_term_is_made_longer_only_where_the_law_says_so(db: TestDb) {
        let town = Town::on(db).await;
        let privacy = privacy(&town.test);
        let wrong = add(&town, &town.registrant, asked(RightsKind::Rectification)).await.expect("asked");
        let bare = decision(RightsOutcome::Refused, &[]);
        assert_eq!(code(step(&town, &privacy, &wrong, bare).await), "/grounds ground_needed");
        let odd = decision(RightsOutcome::Granted, &[RightsGround::Correct]);
        assert_eq!(code(step(&town, &privacy, &wrong, odd).await), "/grounds not_with_granted");
        assert_eq!(code(step(&town, &privacy, &wrong, extension()).await), "cannot_be_extended");
        let refusal = decision(RightsOutcome::Refused, &[RightsGround::Correct, RightsGround::Correct]);
        let refused = step(&town, &privacy, &wrong, refusal).await.expect("refused");
        let grounds = refused.content.as_ref().and_then(|content| content.decision.as_ref()).expect("a decision");
        assert_eq!(grounds.grounds, [RightsGround::Correct]);
        assert_eq!(code(step(&town, &privacy, &refused, RightsStep::CarryOut(done())).await), "not_waiting_for_this");

        let objection = add(&town, &town.registrant, asked(RightsKind::Objection)).await.expect("asked");
        let longer = step(&town, &privacy, &objection, extension()).await.expect("longer");
        // Twelve weeks end on Easter Monday.
        assert_eq!((longer.state, longer.due), (RightsState::Asked, day("2026-04-07")));
        assert_eq!(code(step(&town, &privacy, &longer, extension()).await), "extended_before");
        assert!(matches!(step(&town, &privacy, &objection, decision(RightsOutcome::Granted, &[])).await, Err(Refusal::VersionMoved)));
        let own = town.test.ctx(&town.registrant);
        assert!(matches!(step(&town, &own, &longer, decision(RightsOutcome::Granted, &[])).await, Err(Refusal::Forbidden(_))));
        let back = step(&town, &own, &longer, RightsStep::Withdraw).await.expect("taken back");
        assert_eq!(back.state, RightsState::Withdrawn);
    }

    async fn staff_record_a_letter_from_the_day_it_came_in(db: TestDb) {
        let town = Town::on(db).await;
        let case = Actor { account: town.officer.id, ..town.test.officer.clone() };
        let on = |text: &str| NewRightsRequest { received_on: Some(day(text)), ..asked(RightsKind::Access) };
        let made = add(&town, &case, on("2026-01-05")).await.expect("recorded");
        assert_eq!((made.received_on, made.due), (day("2026-01-05"), day("2026-02-02")));
        assert_eq!(code(add(&town, &case, on("2026-02-01")).await), "/receivedOn in_the_future");
        assert_eq!(code(add(&town, &case, on("2017-02-01")).await), "/receivedOn before_first_rules");
        assert_eq!(code(add(&town, &town.registrant, on("2026-01-05")).await), "/receivedOn officers_only");
        assert!(matches!(add(&town, &town.test.other_officer, on("2026-01-05")).await, Err(Refusal::NotFound)));
    }

    async fn the_first_due_comes_first_and_pages_leave_nothing_out(db: TestDb) {
        let town = Town::on(db).await;
        let case = Actor { account: town.officer.id, ..town.test.officer.clone() };
        for received in ["2026-01-09", "2026-01-05", "2026-01-09", "2026-01-07"] {
            let new = NewRightsRequest { received_on: Some(day(received)), ..asked(RightsKind::Erasure) };
            add(&town, &case, new).await.expect("recorded");
        }
        let (privacy, mut after, mut seen) = (privacy(&town.test), None, Vec::new());
        loop {
            let page = requests::waiting(&town.test.app, &privacy, after, 1).await.expect("a page");
            seen.extend(page.items.iter().map(|one| (one.due, one.id)));
            after = page.next;
            if after.is_none() { break }
        }
        assert_eq!(seen.len(), 4);
        assert!(seen.is_sorted(), "{seen:?}");
    }

    async fn a_restriction_stands_at_the_head_of_the_file_until_it_is_lifted(db: TestDb) {
        let town = Town::on(db).await;
        let file = format!("/console/registrations/{}", town.registration);
        let own = town.registrant().await;
        let empty = own.fill("/mijn/rights/new", &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#kind-0\""), "{}", empty.html);
        let facts = [("kind", "restriction"), ("about", "Het adres van mijn moeder")];
        let sent = own.fill_and_confirm("/mijn/rights/new", &facts).await;
        assert_eq!(sent.location(), "/mijn/rights?done=1", "{}", sent.html);
        let seen = own.get("/mijn/rights").await;
        assert!(seen.html.contains("uiterlijk op") && seen.html.contains("Wacht op een besluit"), "{}", seen.html);

        let officer = town.officer().await;
        assert!(!officer.get(&file).await.html.contains("Gebruik beperkt"));
        let privacy = with_purpose(&town, "privacy", Role::PrivacyOfficer, "data_subject_right").await;
        let list = privacy.get("/console/rights-requests").await;
        assert!(list.html.contains(&format!("{file}/rights")) && list.html.contains("besluiten uiterlijk"), "{}", list.html);
        let page = privacy.get(&format!("{file}/rights")).await;
        let act = |html: &str, act: &str| {
            let start = format!("{file}/act/{act}/");
            let at = html.find(&start).unwrap_or_else(|| panic!("{act} is not offered: {html}"));
            html[at..].split('"').next().unwrap_or_default().to_owned()
        };
        let decide = act(&page.html, "decide-rights-request");
        let refused = [("outcome", "refused"), ("reasons", "Niet nodig")];
        let checked = privacy.fill(&decide, &refused).await;
        let bare = privacy.send_on(&decide, &checked, &[("_confirmed", "1")]).await;
        assert!(bare.status == 400 && bare.html.contains("is nodig als u iets afwijst"), "{}", bare.html);
        let granted = [("outcome", "granted"), ("reasons", "Wordt uitgezocht")];
        let decided = privacy.fill_and_confirm(&decide, &granted).await;
        assert_eq!(decided.location(), format!("{file}/rights?done=decide-rights-request"), "{}", decided.html);
        assert!(privacy.get("/console/rights-requests").await.html.contains("nog uitvoeren"));

        for seen in [officer.get(&file).await, officer.get(&format!("{file}/rights")).await] {
            assert!(seen.html.contains("Gebruik beperkt"), "{}", seen.html);
        }
        let rights = officer.get(&format!("{file}/rights")).await;
        assert!(!rights.html.contains("/act/decide-rights-request/"), "an officer decides nothing: {}", rights.html);
        let carry_out = act(&rights.html, "carry-out-rights-request");
        let done = officer.fill_and_confirm(&carry_out, &[("what", "Bij het adres gezet")]).await;
        assert_eq!(done.location(), format!("{file}/rights?done=carry-out-rights-request"), "{}", done.html);
        let lift = act(&privacy.get(&format!("{file}/rights")).await.html, "lift-restriction");
        let lifted = privacy.fill_and_confirm(&lift, &[("what", "Uitgezocht; de persoon weet het")]).await;
        assert_eq!(lifted.status, 303, "{}", lifted.html);
        assert!(!officer.get(&file).await.html.contains("Gebruik beperkt"));
        let told = own.get("/mijn/rights").await;
        for text in ["Wordt uitgezocht", "Bij het adres gezet", "Uitgezocht; de persoon weet het", "Voorbij"] {
            assert!(told.html.contains(text), "{text}: {}", told.html);
        }
        let whole = own.get("/mijn/file").await;
        assert!(whole.html.contains("Bij het adres gezet"), "{}", whole.html);
    }

    async fn an_overdue_request_says_so_and_one_can_take_it_back(db: TestDb) {
        let town = Town::on(db).await;
        add(&town, &town.registrant, asked(RightsKind::Completion)).await.expect("asked");
        let own = town.registrant().await;
        let seen = own.get("/mijn/rights").await;
        let fields = [("request", seen.hidden("request")), ("version", seen.hidden("version"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        town.test.days_pass(30);
        let privacy = with_purpose(&town, "privacy", Role::PrivacyOfficer, "data_subject_right").await;
        let late = privacy.get("/console/rights-requests").await;
        assert!(late.html.contains("te laat: het besluit had er moeten zijn op"), "{}", late.html);
        // A session does not last that long.
        let own = Browser::registrant(&town.test, "j.proef").await;
        let back = own.send("/mijn/rights", "/mijn/rights/withdraw", &fields).await;
        assert_eq!(back.location(), "/mijn/rights?done=1", "{}", back.html);
        assert!(privacy.get("/console/rights-requests").await.html.contains("Er wacht geen verzoek"));
    }
}
