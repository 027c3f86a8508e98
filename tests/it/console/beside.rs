//! What stands beside the register in the console: risk assessments and convictions from abroad as officers record them, what
//! other countries ask, and what registrants ask the helper. Who finds it, what is recorded of it, and to whom it is refused.

use zedenregister::access::Ctx;
use zedenregister::instruments::convictions::{Listed, RequestPurpose, System};
use zedenregister::measures::help::{self, NewHelpRequest};
use zedenregister::measures::requests::{self, NewEcrisRequest};
use zedenregister::vocabulary::{HelpProvider, Role};

use super::browser::{Town, colleague, with_purpose};
use crate::support::app::day;

fn asked(system: System, purpose: RequestPurpose, identity_complete: bool) -> NewEcrisRequest {
    NewEcrisRequest {
        system,
        purpose,
        received_on: day("2026-01-12"),
        authority: "Bundesamt".to_owned(),
        reference: Some("E-1".to_owned()),
        identity_complete,
        convictions: vec![Listed { id: "V1".to_owned(), article: "240b".to_owned(), committed_on: day("2015-02-02") }],
    }
}

on_both_databases! {
    async fn requests_from_abroad_are_worked_off_by_their_day(db: TestDb) {
        let town = Town::on(db).await;
        let desk: Ctx = town.test.ctx(&town.test.records);
        let add = async |new| requests::add(&town.test.app, &desk, new).await.expect("recorded").id;
        let open = add(asked(System::Ecris, RequestPurpose::WorkWithChildren, true)).await;
        let incomplete = add(asked(System::Ecris, RequestPurpose::CriminalProceedings, false)).await;
        let dead = add(asked(System::EcrisTcn, RequestPurpose::ThirdCountryNational, true)).await;
        let records = colleague(&town.test, "gegevens", Role::Justid, None).await;
        let list = records.get("/console/ecris-requests").await;
        for text in ["Te beantwoorden", "Antwoorden uiterlijk", "Eerst gegevens vragen", "Niet beschikbaar", "ECRIS-TCN"] {
            assert!(list.html.contains(text), "{text}: {}", list.html);
        }
        let form = |id: zedenregister::ids::MeasureId| format!("/console/ecris-requests/{id}");
        assert!(list.html.contains(&form(open)) && list.html.contains(&form(incomplete)), "{}", list.html);
        assert!(!list.html.contains(&form(dead)), "nothing can be done with it: {}", list.html);

        let step = |step, version| [("version", version), ("on", "2026-01-12"), ("step", step)];
        let early = records.send("/console/ecris-requests", &form(incomplete), &step("answer", "1")).await;
        assert_eq!(early.status, 409, "{}", early.html);
        let completed = records.send("/console/ecris-requests", &form(incomplete), &step("supplement", "1")).await;
        assert_eq!(completed.location(), "/console/ecris-requests?done=1", "{}", completed.html);
        assert_eq!(records.send("/console/ecris-requests", &form(open), &step("answer", "1")).await.status, 303);
        let list = records.get("/console/ecris-requests?done=1").await;
        assert!(list.html.contains("Beantwoord op") && list.html.contains("role=\"status\""), "{}", list.html);
        assert!(!list.html.contains(&form(open)) && list.html.contains(&form(incomplete)), "{}", list.html);

        let privacy = with_purpose(&town, "privacy", Role::PrivacyOfficer, "audit").await;
        let read = privacy.get("/console/ecris-requests").await;
        assert!(read.html.contains("Niet beschikbaar") && !read.html.contains(&form(incomplete)), "{}", read.html);
        assert_eq!(town.officer().await.get("/console/ecris-requests").await.status, 403);
    }

    async fn a_request_for_help_is_passed_on_by_the_helper_and_hidden_from_officers(db: TestDb) {
        let town = Town::on(db).await;
        let new = NewHelpRequest {
            provider: HelpProvider::StopItNow,
            reachable_at: "06 12345678".to_owned(),
            message: Some("Ik wil praten".to_owned()),
        };
        let asks = town.test.ctx(&town.registrant);
        let made = help::add(&town.test.app, &asks, town.registration, new).await.expect("asked");
        let file = format!("/console/registrations/{}/help-requests", town.registration);
        let helper = with_purpose(&town, "helper", Role::PrivacyOfficer, "data_subject_right").await;
        let list = helper.get("/console/help-requests").await;
        assert!(list.html.contains(&file) && !list.html.contains("praten"), "{}", list.html);
        let read = helper.get(&file).await;
        assert!(read.html.contains("Ik wil praten") && read.html.contains("06 12345678"), "{}", read.html);
        let passed = helper.send(&file, &format!("{file}/{}", made.id), &[("version", "1")]).await;
        assert_eq!(passed.location(), "/console/help-requests?done=1", "{}", passed.html);
        let list = helper.get(passed.location()).await;
        assert!(list.html.contains("Er wacht geen verzoek om hulp"), "{}", list.html);
        let officer = town.officer().await;
        for at in ["/console/help-requests", &file] {
            assert_eq!(officer.get(at).await.status, 403, "{at}");
        }
    }

    async fn a_risk_assessment_is_recorded_item_by_item_and_its_total_is_computed(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let file = format!("/console/registrations/{}", town.registration);
        let form = format!("{file}/act/assess-risk/static_99r");
        assert!(officer.get(&format!("{file}/beside")).await.html.contains(&form));
        let empty = officer.fill(&form, &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#version\""), "{}", empty.html);

        let known = [
            ("version", "static-99r-2016"),
            ("assessedOn", "2026-01-10"),
            ("finding.age.bornOn", "1980-05-01"),
            ("finding.age.releasedOn", "2026-01-05"),
        ];
        let items = [
            ("finding.items.neverLivedWithLover", "1"),
            ("finding.items.indexViolence", "0"),
            ("finding.items.priorViolence", "0"),
            ("finding.items.priorSexual", "2"),
            ("finding.items.priorSentencingDates", "0"),
            ("finding.items.nonContact", "0"),
            ("finding.items.unrelatedVictim", "1"),
            ("finding.items.strangerVictim", "0"),
        ];
        let last = [("finding.sex", "male"), ("finding.onlyOnlineImages", "false"), ("finding.items.maleVictim", "1")];
        let unknown = [&known[..], &items].concat();
        let recorded = officer.fill_and_confirm(&form, &unknown).await;
        assert_eq!(recorded.location(), format!("{file}/beside?done=assess-risk"), "{}", recorded.html);
        let seen = officer.get(recorded.location()).await;
        assert!(seen.html.contains("De risicotaxatie is vastgelegd") && !seen.html.contains("Totaal:"), "{}", seen.html);

        let odd = [&unknown[..], &last, &[("finding.items.priorSexualCharges", "veel")]].concat();
        let odd = officer.fill(&form, &odd).await;
        assert!(odd.status == 400 && odd.html.contains("#finding-items-priorSexualCharges"), "{}", odd.html);
        let whole = officer.fill_and_confirm(&form, &[&unknown[..], &last].concat()).await;
        assert_eq!(whole.status, 303, "{}", whole.html);
        let seen = officer.get(whole.location()).await;
        assert!(seen.html.contains("Totaal:") && seen.html.contains("De score per leeftijdsgroep"), "{}", seen.html);

        for instrument in ["stable_2007", "acute_2007", "oxrec"] {
            let page = officer.get(&format!("{file}/act/assess-risk/{instrument}")).await;
            assert_eq!(page.status, 200, "{instrument}: {}", page.html);
        }
        let acute = format!("{file}/act/assess-risk/acute_2007");
        let facts = [("version", "acute-2007"), ("assessedOn", "2026-01-10"), ("finding.items.hostility", "3")];
        assert_eq!(officer.fill_and_confirm(&acute, &facts).await.status, 303);
        let oxrec = format!("{file}/act/assess-risk/oxrec");
        let less = [
            ("version", "oxrec-nl"),
            ("assessedOn", "2026-01-10"),
            ("finding.level", "low"),
            ("finding.withinOneYear", "8,5"),
            ("finding.withinTwoYears", "2"),
        ];
        let checked = officer.fill(&oxrec, &less).await;
        let refused = officer.send_on(&oxrec, &checked, &[("_confirmed", "1")]).await;
        assert!(refused.status == 400 && refused.html.contains("is kleiner dan binnen een jaar"), "{}", refused.html);
        assert_eq!(officer.get(&format!("{file}/act/assess-risk/tarot")).await.status, 404);
        let lead = colleague(&town.test, "proef.leider", Role::ReviewLead, Some(town.test.team)).await;
        assert!(!lead.get(&format!("{file}/beside")).await.html.contains("/act/assess-risk/"));
        assert_eq!(lead.get(&form).await.status, 403);
    }

    async fn a_conviction_from_abroad_is_recorded_by_one_and_verified_by_another(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let file = format!("/console/registrations/{}", town.registration);
        let form = format!("{file}/act/add-conviction");
        let empty = officer.fill(&form, &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#country\""), "{}", empty.html);
        assert!(!empty.html.contains("Via ECRIS"), "an officer records what somebody told: {}", empty.html);
        let told = [
            ("channel", "self_declared"),
            ("receivedOn", "2026-01-12"),
            ("country", "PH"),
            ("judgmentOn", "2015-02-02"),
            ("offence.classified.type", "dutch"),
            ("offence.classified.dutch.article", "zedendelict"),
            ("offence.committedOn", "2014-05-01"),
            ("offence.committedUntil", "2014-06-01"),
            ("offence.minorVictim", "true"),
            ("members.0", "names"),
            ("members.6", "court"),
            ("provenance", "De betrokkene"),
        ];
        let checked = officer.fill(&form, &told).await;
        let wrong = officer.send_on(&form, &checked, &[("_confirmed", "1")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("#offence-classified-dutch-article"), "{}", wrong.html);
        let mut right = told;
        right[5].1 = "245";
        let recorded = officer.fill_and_confirm(&form, &right).await;
        assert_eq!(recorded.location(), format!("{file}/beside?done=add-conviction"), "{}", recorded.html);
        let seen = officer.get(recorded.location()).await;
        assert!(seen.html.contains("niet gecontroleerd"), "{}", seen.html);

        let at = seen.html.find("/act/verify-conviction/").expect("it can be verified") + "/act/verify-conviction/".len();
        let id = seen.html[at..].split('"').next().expect("an id");
        let verify = format!("{file}/act/verify-conviction/{id}");
        let facts = [("how", "court_document"), ("reasons", "Gelegaliseerd vonnis gezien")];
        let own = officer.fill(&verify, &facts).await;
        let own = officer.send_on(&verify, &own, &[("_confirmed", "1")]).await;
        assert!(own.status == 409 && own.html.contains("Een ander controleert het"), "{}", own.html);
        let lead = colleague(&town.test, "proef.leider", Role::ReviewLead, Some(town.test.team)).await;
        let verified = lead.fill_and_confirm(&verify, &facts).await;
        assert_eq!(verified.location(), format!("{file}/beside?done=verify-conviction"), "{}", verified.html);
        let seen = lead.get(verified.location()).await;
        assert!(seen.html.contains("De controle is vastgelegd") && !seen.html.contains("/act/verify-conviction/"), "{}", seen.html);
        assert_eq!(lead.get(&form).await.status, 403, "a lead records none");
    }
}
