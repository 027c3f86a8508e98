//! Warning notices: blocked for want of a risk assessment, allowed, issued, corrected.

use zedenregister::access::Ctx;
use zedenregister::instruments::notice::{Consent, Conviction, ConvictionSource, Kind, WithdrawalReason};
use zedenregister::proposals::warning::{WarningDecision, WarningStep, decide, draft, list, read, step};
use zedenregister::proposals::worklist::{OpenProposalPage, open_proposals};
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{ProposalStanding, Purpose, Regime, Role};

use super::{blocked, by, conflict};
use crate::support::app::{TestApp, day};
use crate::support::world::warning_content;

on_both_databases! {
    async fn a_proposal_without_a_risk_assessment_is_blocked_then_allowed_issued_and_corrected(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (unit, bureau) = (by(&test, Role::Tbkk).await, by(&test, Role::Lirc).await);
        let on = unit.today(Regime::NlPilot.zone());
        let mut content = warning_content();
        content.risk_assessment = None;
        content.consultation = None;
        let made = draft(&test.app, &unit, registration, content.clone()).await.expect("a draft");
        let refused = step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await;
        assert_eq!(blocked(refused), [("/content/riskAssessment".to_owned(), "risk_assessment".to_owned()),
            ("/content/consultation".to_owned(), "consultation".to_owned())]);
        let hidden = read(&test.app, &bureau, registration, made.id).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "the bureau sees no drafts: {hidden:?}");

        let amended = WarningStep::Amended { on, content: Box::new(warning_content()) };
        assert_eq!(step(&test.app, &unit, registration, made.id, amended).await.expect("amended").blocks, []);
        let proposed = step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await.expect("allowed");
        assert_eq!(proposed.state, ProposalStanding::Proposed);
        assert_eq!(list(&test.app, &bureau, registration).await.expect("its queue").items.len(), 1);

        let issue = |quality_checked| WarningDecision::Issued { on, quality_checked, expires_on: None };
        let prosecutor = by(&test, Role::OmOfficer).await;
        let refused = decide(&test.app, &prosecutor, registration, made.id, issue(true)).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        let unchecked = decide(&test.app, &bureau, registration, made.id, issue(false)).await;
        assert!(matches!(&unchecked, Err(Refusal::Invalid(faults)) if faults[0].code == "quality_not_checked"), "{unchecked:?}");
        let issued = decide(&test.app, &bureau, registration, made.id, issue(true)).await.expect("issued");
        assert_eq!(issued.state, ProposalStanding::Issued);
        assert_eq!(issued.expires_on, on.checked_add_months(chrono::Months::new(60)));

        let mut corrected = warning_content();
        corrected.identity.birth_date = Some(day("1975-03-15"));
        let correct = WarningStep::Corrected { on, content: Box::new(corrected.clone()) };
        let seen = step(&test.app, &unit, registration, made.id, correct).await.expect("corrected");
        assert_eq!(seen.warning["corrections"][0]["status"], "sent_to_bureau");
        assert_eq!(seen.warning["corrections"][0]["members"][0], "identity.birthDate");
        let informed = WarningDecision::RecipientsInformed { on };
        let seen = decide(&test.app, &bureau, registration, made.id, informed).await.expect("told");
        assert_eq!(seen.warning["corrections"][0]["status"], "recipients_informed");
        let again = WarningStep::Corrected { on, content: Box::new(corrected) };
        assert_eq!(conflict(&step(&test.app, &unit, registration, made.id, again).await), "nothing_changed");

        // Withdrawn, it stays in the work list until the recipients know.
        let withdraw = WarningStep::Withdrawn { on, reason: WithdrawalReason::GroundLapsed };
        step(&test.app, &unit, registration, made.id, withdraw).await.expect("withdrawn");
        let waits = |open: OpenProposalPage| open.items.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>();
        let open = open_proposals(&test.app, &bureau, None, 10).await.expect("its work list");
        assert_eq!(waits(open), [(made.id, ProposalStanding::Withdrawn)]);
        let informed = WarningDecision::RecipientsInformed { on };
        decide(&test.app, &bureau, registration, made.id, informed).await.expect("told");
        assert_eq!(waits(open_proposals(&test.app, &bureau, None, 10).await.expect("its work list")), []);
    }

    async fn what_was_sent_back_stays_what_it_is(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (unit, bureau) = (by(&test, Role::Tbkk).await, by(&test, Role::Lirc).await);
        let on = unit.today(Regime::NlPilot.zone());
        let mut other = warning_content();
        other.kind = match other.kind {
            Kind::GreenNotice => Kind::GreenDiffusion,
            Kind::GreenDiffusion => Kind::GreenNotice,
        };
        let made = draft(&test.app, &unit, registration, other).await.expect("a draft");
        let become_notice = || WarningStep::Amended { on, content: Box::new(warning_content()) };
        step(&test.app, &unit, registration, made.id, become_notice()).await.expect("a draft can become anything");
        step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await.expect("proposed");
        decide(&test.app, &bureau, registration, made.id, WarningDecision::Returned { on }).await.expect("sent back");
        let mut other = warning_content();
        other.kind = if other.kind == Kind::GreenNotice { Kind::GreenDiffusion } else { Kind::GreenNotice };
        let amended = WarningStep::Amended { on, content: Box::new(other) };
        assert_eq!(conflict(&step(&test.app, &unit, registration, made.id, amended).await), "other_kind");
        step(&test.app, &unit, registration, made.id, become_notice()).await.expect("the same kind");
    }

    async fn data_from_ecris_need_the_consent_of_the_convicting_state(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let unit = by(&test, Role::Tbkk).await;
        let on = unit.today(Regime::NlPilot.zone());
        let mut content = warning_content();
        content.convictions.push(Conviction { id: "C2".to_owned(), country: "DE".to_owned(),
            source: ConvictionSource::Ecris, verified: true, disputed: false, consent: None });
        let made = draft(&test.app, &unit, registration, content.clone()).await.expect("a draft");
        let refused = step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await;
        assert_eq!(blocked(refused), [("/content/convictions".to_owned(), "data_from_ecris".to_owned())]);
        content.convictions[1].consent = Some(Consent { given: true, on });
        let amended = WarningStep::Amended { on, content: Box::new(content) };
        step(&test.app, &unit, registration, made.id, amended).await.expect("amended");
        step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await.expect("with consent");
    }

    async fn whoever_proposed_does_not_decide_and_no_purpose_is_no_access(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let unit = by(&test, Role::Tbkk).await;
        let on = unit.today(Regime::NlPilot.zone());
        let made = draft(&test.app, &unit, registration, warning_content()).await.expect("a draft");
        let refused = read(&test.app, &Ctx { purpose: None, ..unit.clone() }, registration, made.id).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        step(&test.app, &unit, registration, made.id, WarningStep::Proposed { on }).await.expect("proposed");
        let mut same = unit.clone();
        same.actor.role = Role::OmOfficer;
        same.purpose = Some(Purpose::Prosecution);
        let refused = decide(&test.app, &same, registration, made.id, WarningDecision::Refused { on }).await;
        assert_eq!(conflict(&refused), "same_person");
    }
}
