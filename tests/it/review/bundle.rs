//! What an authority gets with a referral: the case as it was, with what proves it to whoever has the published keys only.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use serde_json::Value;
use zedenregister::audit::checkpoint::Origin;
use zedenregister::audit::inclusion::Inclusion;
use zedenregister::audit::publish::ORIGIN;
use zedenregister::crypto::jwks::Jwks;
use zedenregister::crypto::keyring::Checkpoint;
use zedenregister::crypto::receipt::{ReceiptStanding, canonical, verify_offline};
use zedenregister::crypto::signing::Verifier;
use zedenregister::register::review::{self, Proposal, ProposedOutcome, Verdict};
use zedenregister::store::StoreError;
use zedenregister::store::audit::audit_leaf_list_newest;

use super::referrals::no_action;
use super::{Reviewed, because, code, proposal, referral, verdict, warning};

/// The files of a bundle, by name.
fn files(zip: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let read = |at| {
        let mut file = archive.by_index(at).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        (file.name().expect("a name").into_owned(), bytes)
    };
    (0..4).map(read).collect()
}

async fn bundle(r: &Reviewed) -> BTreeMap<String, Vec<u8>> {
    files(review::bundle(&r.test.app, &r.ctx(&r.prosecutor), r.flag).await.expect("a bundle"))
}

fn json(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).expect("JSON")
}

on_both_databases! {
    async fn an_authority_can_prove_the_case_with_the_published_keys_alone(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        // A character that no typeface of letters has.
        r.propose(Proposal { reason: "Twee dagen te laat 漢".to_owned(), ..referral() }).await.expect("proposed");
        r.decide(&r.test.lead, true).await.expect("confirmed");
        let early = review::bundle(&r.test.app, &r.ctx(&r.prosecutor), r.flag).await;
        assert_eq!(code(early), "not_sealed_yet");
        r.test.seal_the_audit().await;

        let given = bundle(&r).await;
        assert_eq!(given.keys().collect::<Vec<_>>(), ["audit.json", "case.json", "case.pdf", "seal.jws"]);
        assert!(given["case.pdf"].starts_with(b"%PDF-") && given["case.pdf"].len() > 5_000);

        let case = json(&given, "case.json");
        assert_eq!(case["person"]["name"]["surname"], "Proefpersoon");
        assert_eq!(case["search"]["found"], Value::Array(Vec::new()), "nothing was notified");
        assert_eq!(case["search"]["kind"], case["flag"]["dutyKind"]);
        assert_eq!(case["flag"]["outcome"], "referral");
        assert!(case["flag"]["duty"]["explanation"]["nl"][0].is_string() && case["flag"]["reminders"].is_array());
        let kinds: Vec<_> = case["steps"].as_array().expect("steps").iter().map(|step| step["kind"].clone()).collect();
        assert_eq!(kinds, ["taken_up", "proposed", "confirmed"]);
        assert_eq!(case["steps"][1]["reason"], "Twee dagen te laat 漢");
        assert!(case["flag"].get("supervisionOnLastDay").is_none(), "that is read where one may");

        let keys = Jwks::of_ring(&r.test.app.keys.get()).expect("public keys");
        let seal = String::from_utf8(given["seal.jws"].clone()).expect("text");
        let claims = verify_offline(&seal, &keys, Some(&canonical(&case))).expect("it is over this case");
        assert_eq!((claims.standing, claims.sub.as_str()), (ReceiptStanding::Referral, r.flag.as_str()));
        let mut other = case;
        other["search"]["found"] = Value::from(vec![r.flag.to_string()]);
        verify_offline(&seal, &keys, Some(&canonical(&other))).expect_err("another case");

        let (origin, keys) = (Origin::new(ORIGIN).expect("an origin"), Verifier::<Checkpoint>::from_jwks(&keys).expect("keys"));
        let proof: Inclusion = serde_json::from_slice(&given["audit.json"]).expect("a proof");
        assert!(proof.entry.contains("flag.decide") && proof.entry.contains(r.flag.as_str()));
        proof.verify(&origin, &keys).expect("the decision is under the checkpoint");
        let altered = Inclusion { entry: proof.entry.replace("allowed", "refused"), ..proof.clone() };
        altered.verify(&origin, &keys).expect_err("an altered entry");
        let moved = Inclusion { index: proof.index + 1, ..proof };
        moved.verify(&origin, &keys).expect_err("another place");
    }

    async fn the_case_stays_as_it_was_and_a_second_referral_has_its_own(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.test.seal_the_audit().await;
        let first = bundle(&r).await;
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        r.acknowledge(&r.execution).await.expect("acknowledged");
        r.test.days_pass(3);
        r.test.seal_the_audit().await;
        assert_eq!(bundle(&r).await, first, "nothing that came later changes it");
        let words = ["Proefpersoon", "Twee dagen te laat", "Volledig bekeken"];
        let dump = r.test.db.dump();
        assert!(words.iter().all(|word| !dump.contains(word)), "it is kept encrypted");

        let (app, lead) = (&r.test.app, r.ctx(&r.test.lead));
        review::answer(app, &r.ctx(&r.prosecutor), r.flag, r.version(), no_action()).await.expect("answered");
        r.close().await.expect("closed");
        review::reopen(app, &lead, r.flag, r.version(), because("Nieuwe stukken")).await.expect("reopened");
        r.propose(referral()).await.expect("proposed");
        r.decide(&r.test.lead, false).await.expect("sent back");
        r.propose(proposal(ProposedOutcome::Referral {})).await.expect("proposed");
        let again = Verdict { reason: "Nu wel volledig".to_owned(), ..verdict(true) };
        review::decide(&r.test.app, &r.ctx(&r.test.lead), r.flag, r.version(), again).await.expect("confirmed");
        r.test.seal_the_audit().await;
        let second = bundle(&r).await;
        let [one, other] = [&first, &second].map(|files| json(files, "audit.json")["index"].as_u64());
        assert!(other > one, "the proof is of its own decision: {other:?} after {one:?}");
        let case = json(&second, "case.json");
        assert_eq!(case["steps"].as_array().and_then(|steps| steps.last()).expect("a step")["reason"], "Nu wel volledig");
        let proof: Inclusion = serde_json::from_slice(&second["audit.json"]).expect("a proof");
        let leaves = app.store.read_blocking(|conn| audit_leaf_list_newest(conn, None, None, 200));
        let leaves = leaves.map_err(|e: StoreError| e).expect("entries");
        let decided = leaves.iter().find(|leaf| leaf.entry.contains("flag.decide")).expect("a decision");
        assert_eq!((&proof.entry, proof.index), (&decided.entry, decided.leaf_index as u64), "not of the one sent back");
    }

    async fn what_was_not_referred_has_no_bundle_and_not_everybody_gets_one(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(warning()).await;
        r.test.seal_the_audit().await;
        assert_eq!(code(review::bundle(&r.test.app, &r.ctx(&r.test.officer), r.flag).await), "not_referred");
        let stranger = review::bundle(&r.test.app, &r.ctx(&r.test.other_officer), r.flag).await;
        assert_eq!(code(stranger), "not_found", "nor is it told that there is one");
        let registrant = review::bundle(&r.test.app, &r.ctx(&r.registrant), r.flag).await;
        assert_eq!(code(registrant), "forbidden");
    }
}
