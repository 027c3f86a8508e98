//! Two people: nobody decides what they proposed, whatever became of their role, and of two who decide one wins.

use zedenregister::access::Actor;
use zedenregister::app::App;
use zedenregister::register::Refusal;
use zedenregister::register::review;
use zedenregister::store::StoreError;
use zedenregister::vocabulary::{FlagState, Role};

use super::{Reviewed, authority, code, verdict, warning};

on_both_databases! {
    // ASVS 5.0: 2.3.5
    async fn whoever_proposed_does_not_decide_also_as_a_lead_or_another_owner(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        let promoted = Actor { role: Role::ReviewLead, ..r.test.officer.clone() };
        r.test.db.execute(&format!("UPDATE accounts SET role = 'review_lead' WHERE id = '{}'", promoted.account));
        assert_eq!(code(r.decide(&promoted, true).await), "forbidden");
        assert_eq!(code(r.decide(&promoted, false).await), "forbidden", "nor rejects it");
        r.test.db.execute(&format!("UPDATE flags SET owner_id = '{}'", r.test.colleague.account));
        assert_eq!(code(r.decide(&promoted, true).await), "forbidden");
        let prosecutor = Actor { role: Role::OmOfficer, team: None, ..promoted };
        assert_eq!(code(r.decide(&prosecutor, true).await), "forbidden");
        assert_eq!(r.row().state, FlagState::Proposed);
        r.decide(&r.test.lead, true).await.expect("somebody else does");
    }

    async fn a_prosecutor_with_a_purpose_can_be_the_second_person_and_a_machine_cannot(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        let machine = Actor {
            kind: zedenregister::vocabulary::AccountKind::Machine,
            ..authority(&r.test, Role::OmOfficer, "om").await
        };
        assert_eq!(code(r.decide(&machine, true).await), "forbidden");
        let unpurposed = r.test.ctx(&r.prosecutor);
        let refused = review::decide(&r.test.app, &unpurposed, r.flag, r.version(), verdict(true)).await;
        assert_eq!(code(refused), "forbidden");
        r.decide(&r.prosecutor, true).await.expect("confirmed");
    }

    async fn who_read_an_older_version_is_told(db: TestDb) {
        let r = Reviewed::on(db).await;
        let ctx = r.ctx(&r.test.officer);
        r.take_up().await;
        assert!(matches!(review::take_up(&r.test.app, &ctx, r.flag, 1).await, Err(Refusal::VersionMoved)));
        let stale = review::propose(&r.test.app, &ctx, r.flag, 1, warning()).await;
        assert!(matches!(stale, Err(Refusal::VersionMoved)), "{stale:?}");
    }

    // ASVS 5.0: 2.3.4, 15.4.2
    async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        let version = r.version();
        let elsewhere = App { store: r.test.db.store(), ..r.test.app.clone() };
        let (here, there) = (r.ctx(&r.test.lead), r.ctx(&r.prosecutor));
        let (one, other) = tokio::join!(
            review::decide(&r.test.app, &here, r.flag, version, verdict(true)),
            review::decide(&elsewhere, &there, r.flag, version, verdict(false)),
        );
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
        let lost = one.err().or(other.err()).expect("one lost");
        let told = matches!(lost, Refusal::VersionMoved | Refusal::Store(StoreError::Conflict(_)));
        assert!(told, "{lost:?}");
        assert_eq!(r.row().version, version + 1);
        assert_eq!(r.test.db.rows_of(&["flag_steps"]).len(), 3, "one of them is told");
    }
}
