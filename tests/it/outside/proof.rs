//! What asks for a fresh second factor, and how it is given.

use zedenregister::access::step_up::{FreshProof, prove};
use zedenregister::access::tokens::authenticate;
use zedenregister::access::{Ctx, InSession};
use zedenregister::register::Refusal;
use zedenregister::register::view::{self, Search};
use zedenregister::vocabulary::{Purpose, Role};

use crate::sign_in::{PASSWORD, enter, in_use, made, secret};
use crate::support::app::TestApp;

on_both_databases! {
    // ASVS 5.0: 7.5.3, 8.2.4, 10.3.4
    async fn a_search_that_names_nobody_beyond_ones_own_files_asks_for_a_fresh_second_factor(db: TestDb) {
        let test = TestApp::on(db).await;
        let factor = in_use(&test, &made(&test, Role::ReviewLead).await).await;
        test.app.clock.advance(chrono::Duration::minutes(1));
        let shown = || factor.code_at(test.app.clock.now().system.utc());
        let tokens = enter(&test, "proef.review_lead", PASSWORD, Some(shown())).await.expect("signed in");
        let now = || test.app.clock.now().system;
        let who = authenticate(&test.app, &tokens.access_token, now()).await.expect("a lead");
        let ctx = |session: InSession, purpose| Ctx { session: Some(session), purpose, ..test.ctx(&who.actor) };
        let wide = || Search::default();
        let named = || Search { surname: Some("Proefpersoon".to_owned()), ..Search::default() };
        let audit = Some(Purpose::Supervision);
        assert!(view::search(&test.app, &ctx(who.session, audit), wide()).await.is_ok(), "just signed in");
        test.app.clock.advance(chrono::Duration::minutes(11));
        let stale = view::search(&test.app, &ctx(who.session, audit), wide()).await;
        assert!(matches!(stale, Err(Refusal::ProofNeeded)), "{stale:?}");
        assert!(view::search(&test.app, &ctx(who.session, audit), named()).await.is_ok(), "somebody by name");
        assert!(view::search(&test.app, &ctx(who.session, None), wide()).await.is_ok(), "the own team");
        let proof = |code: String| FreshProof { one_time_code: secret(&code) };
        let ask = ctx(who.session, None);
        assert!(prove(&test.app, &ask, proof("000000".to_owned())).await.is_err(), "a wrong code");
        prove(&test.app, &ask, proof(shown())).await.expect("proved");
        assert!(prove(&test.app, &ask, proof(shown())).await.is_err(), "the same code again");
        let nobody = Ctx { session: None, ..ctx(who.session, audit) };
        assert!(view::search(&test.app, &nobody, wide()).await.is_err(), "without a session");
        let fresh = InSession { proved_at: Some(now()), ..who.session };
        assert!(view::search(&test.app, &ctx(fresh, audit), wide()).await.is_ok(), "proved anew");
        let kept = test.db.rows_of(&["sessions"]).join("\n");
        assert!(kept.contains(&now().utc().format("%H:%M:%S").to_string()), "the session says when: {kept}");
    }
}
