//! What can be done now is told with what is read: the same decision as the act itself.

use zedenregister::access::Actor;
use zedenregister::register::review::dispute::{self, DisputeInput};
use zedenregister::register::review::{self, DisputeAct, FlagAct};
use zedenregister::register::view;

use super::{Reviewed, referral};

async fn possible(r: &Reviewed, by: &Actor) -> Vec<FlagAct> {
    review::story(&r.test.app, &r.ctx(by), r.flag).await.expect("a story").possible
}

on_both_databases! {
    async fn each_reader_is_told_what_is_theirs_to_do(db: TestDb) {
        use FlagAct::*;
        let r = Reviewed::on(db).await;
        let (officer, lead) = (&r.test.officer, &r.test.lead);
        assert_eq!(possible(&r, officer).await, [TakeUp, Snooze, Dispute]);
        assert_eq!(possible(&r, lead).await, [TakeUp, Snooze, Reassign]);
        assert_eq!(possible(&r, &r.execution).await, []);
        r.take_up().await;
        assert_eq!(possible(&r, officer).await, [Propose, AwaitEvidence, Snooze, Dispute]);
        r.propose(referral()).await.expect("proposed");
        assert_eq!(possible(&r, officer).await, [Snooze, Dispute], "nobody decides on their own proposal");
        assert_eq!(possible(&r, lead).await, [Decide, Snooze, Reassign]);
        assert_eq!(possible(&r, &r.prosecutor).await, [Decide]);
        r.decide(lead, true).await.expect("confirmed");
        assert_eq!(possible(&r, &r.prosecutor).await, [Acknowledge]);
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        assert_eq!(possible(&r, &r.prosecutor).await, []);
        r.acknowledge(&r.execution).await.expect("acknowledged");
        assert_eq!(possible(&r, &r.prosecutor).await, [Answer]);
        assert_eq!(possible(&r, officer).await, [Snooze, Dispute], "not closed before an answer");
    }

    async fn a_disputed_flag_waits_and_the_dispute_says_for_whom(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        let (app, person) = (&r.test.app, r.test.ctx(&r.registrant));
        let fact_id = view::facts(app, &person, r.registration).await.expect("facts").items[0].id;
        let input = DisputeInput { fact_id, reason: "Dat klopt niet".to_owned() };
        let raised = dispute::raise(app, &person, r.registration, input).await.expect("raised");
        assert_eq!(raised.possible, [], "the person waits");
        assert!(!possible(&r, &r.test.officer).await.contains(&FlagAct::Propose), "it stands still");
        for (by, of_it, besides) in [
            (&r.test.lead, vec![DisputeAct::Decide], vec![]),
            (&r.test.officer, vec![], vec![DisputeAct::Raise]),
            (&r.registrant, vec![], vec![DisputeAct::Raise]),
        ] {
            let list = dispute::list(app, &r.ctx(by), r.registration).await.expect("disputes");
            assert_eq!((&list.items[0].possible, &list.possible), (&of_it, &besides), "{}", by.role);
        }
    }
}
