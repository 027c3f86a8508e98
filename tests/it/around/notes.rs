//! Notes and contacts: who reads what, and what the audit tells of it.

use serde_json::Value;
use zedenregister::access::Ctx;
use zedenregister::register::Refusal;
use zedenregister::register::around::contacts::{self, NewContact};
use zedenregister::register::around::notes::{NewNote, add, list, read};
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{
    ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, Purpose, Regime,
};

use crate::support::app::TestApp;

fn note(text: &str, sensitive: bool) -> NewNote {
    NewNote { text: text.to_owned(), sensitive, corrects: None }
}

fn last_entry(test: &TestApp) -> Value {
    let leaves = audit_leaf_list(&mut test.db.conn(), 0, 10_000).expect("the audit");
    serde_json::from_str(&leaves.last().expect("an entry").entry).expect("JSON")
}

on_both_databases! {
    // ASVS 5.0: 8.2.3, 15.3.1
    async fn a_sensitive_note_is_opened_by_the_officer_and_the_lead_alone(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let plain = add(&test.app, &officer, registration, note("Belde af", false)).await.expect("written").id;
        let hidden = add(&test.app, &officer, registration, note("In behandeling", true)).await.expect("written").id;
        let texts = async |ctx: &Ctx| {
            let page = list(&test.app, ctx, registration, None, 10).await.expect("notes");
            page.items.into_iter().map(|note| (note.id, note.text)).collect::<Vec<_>>()
        };
        let whole = [(hidden, Some("In behandeling".to_owned())), (plain, Some("Belde af".to_owned()))];
        for actor in [&test.officer, &test.lead] {
            assert_eq!(texts(&test.ctx(actor)).await, whole);
            assert_eq!(last_entry(&test)["fields"], serde_json::json!(["sensitive_text", "text"]));
            read(&test.app, &test.ctx(actor), registration, hidden).await.expect("opened");
            assert_eq!(last_entry(&test)["action"], "note.read_sensitive");
        }
        let cover = Ctx { purpose: Some(Purpose::Cover), ..test.ctx(&test.colleague) };
        assert_eq!(texts(&cover).await, [(hidden, None), (plain, Some("Belde af".to_owned()))]);
        assert_eq!(last_entry(&test)["fields"], serde_json::json!(["text"]));
        let refused = read(&test.app, &cover, registration, hidden).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        read(&test.app, &cover, registration, plain).await.expect("a plain note");
        let other_lead = Ctx { purpose: Some(Purpose::Supervision), actor: zedenregister::access::Actor { team: Some(test.other_team), ..test.lead.clone() }, ..test.ctx(&test.lead) };
        let other_lead = Ctx { actor: zedenregister::access::Actor { account: zedenregister::ids::AccountId::fresh(), ..other_lead.actor.clone() }, ..other_lead };
        assert_eq!(texts(&other_lead).await[0], (hidden, None), "a purpose opens the file and not this");
    }

    async fn a_correction_stands_beside_the_note_and_is_as_sensitive(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (other, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let first = add(&test.app, &officer, registration, note("In behandeling sinds mei", true)).await.expect("written").id;
        let better = NewNote { corrects: Some(first), ..note("In behandeling sinds juni", false) };
        let second = add(&test.app, &officer, registration, better.clone()).await.expect("written");
        assert!(second.sensitive, "the correction of a sensitive note");
        assert_eq!(list(&test.app, &officer, registration, None, 10).await.expect("notes").items.len(), 2);
        let refused = add(&test.app, &officer, other, better).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].code == "no_such_note"), "{refused:?}");
        let refused = list(&test.app, &test.ctx(&person), registration, None, 10).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "notes are the officers': {refused:?}");
        let dump = test.db.dump();
        assert!(!dump.contains("In behandeling"), "the dump shows a note");
    }

    async fn a_contact_is_kept_with_whom_how_and_what_came_of_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let contact = NewContact {
            happened_at: officer.now.legal,
            direction: ContactDirection::FromUs,
            counterpart: ContactCounterpart::Family,
            name: Some("zus".to_owned()),
            channel: ContactChannel::Phone,
            outcome: ContactOutcome::MessageLeft,
            summary: "Gevraagd terug te bellen".to_owned(),
        };
        let ctx = test.ctx_keyed(&test.officer, "key", "digest");
        let first = contacts::add(&test.app, &ctx, registration, contact.clone()).await.expect("recorded");
        let again = contacts::add(&test.app, &ctx, registration, contact.clone()).await.expect("the same answer");
        assert_eq!(first, again);
        let page = contacts::list(&test.app, &officer, registration, None, 10).await.expect("the log");
        assert_eq!(page.items, [first]);
        let tomorrow = NewContact { happened_at: officer.now.legal.plus(chrono::Duration::days(1)), ..contact };
        let refused = contacts::add(&test.app, &officer, registration, tomorrow).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].pointer == "/happenedAt"), "{refused:?}");
    }
}
