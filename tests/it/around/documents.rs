//! Documents: taken in by their content, kept encrypted, given out as they came.

use diesel::{QueryDsl, RunQueryDsl};
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use scheduler::RunContext;
use serde_json::Value;
use tokio::sync::mpsc;
use zedenregister::access::{Actor, Ctx};
use zedenregister::api;
use zedenregister::ids::RegistrationId;
use zedenregister::jobs::housekeeping;
use zedenregister::register::Refusal;
use zedenregister::register::documents::{DocumentView, LARGEST, NewDocument, PIECE, Part, add, download, list};
use zedenregister::register::enrol::Enrolment;
use zedenregister::store::schema::document_chunks;
use zedenregister::vocabulary::{DocumentCategory, DocumentKind, Regime, Role};

use crate::sign_in::{PASSWORD, enter, in_use, made};
use crate::support::app::TestApp;

/// A PDF of so many bytes: only its beginning is one.
fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\nGeheime inhoud\n".to_vec();
    bytes.extend((bytes.len()..size).map(|at| u8::try_from(at % 251).expect("below 251")));
    bytes
}

fn named(name: &str) -> NewDocument {
    NewDocument { category: DocumentCategory::Judgment, name: name.to_owned() }
}

/// Sends `content` in parts of an odd size, with or without its end.
async fn sent(
    test: &TestApp,
    ctx: &Ctx,
    file: RegistrationId,
    content: &[u8],
    whole: bool,
) -> Result<DocumentView, Refusal> {
    let (sender, parts) = mpsc::channel(1);
    let content = content.to_vec();
    let sending = async move {
        for part in content.chunks(50_001) {
            if sender.send(Part::Bytes(part.to_vec())).await.is_err() {
                return;
            }
        }
        if whole {
            drop(sender.send(Part::End).await);
        }
    };
    tokio::join!(add(&test.app, ctx, file, named("Vonnis Proefstad.pdf"), parts), sending).0
}

async fn content_of(
    test: &TestApp,
    ctx: &Ctx,
    file: RegistrationId,
    document: &DocumentView,
) -> Result<Vec<u8>, Refusal> {
    let mut download = download(&test.app, ctx, file, document.id).await?;
    let mut content = Vec::new();
    while let Some(piece) = download.next().await? {
        content.extend(piece);
    }
    Ok(content)
}

/// An officer with a real account, and the token it signs in with.
async fn signed_in(test: &TestApp) -> (Actor, String) {
    let account = made(test, Role::SupervisionOfficer).await;
    let factor = in_use(test, &account).await;
    // The code that confirmed the second factor is spent.
    test.app.clock.advance(chrono::Duration::seconds(60));
    let shown = factor.code_at(test.app.clock.now().system.utc());
    let tokens = enter(test, "proef.supervision_officer", PASSWORD, Some(shown)).await.expect("signed in");
    (Actor { account: account.id, ..test.officer.clone() }, tokens.access_token)
}

fn pieces(test: &TestApp) -> usize {
    let count: i64 = document_chunks::table.count().get_result(&mut test.db.conn()).expect("a count");
    usize::try_from(count).expect("no fewer than none")
}

on_both_databases! {
    // ASVS 5.0: 5.3.1
    async fn what_comes_out_is_what_went_in_and_the_database_shows_none_of_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&test.officer);
        // Less than a piece, exactly one, one byte more, several.
        for size in [100, PIECE, PIECE + 1, 3 * PIECE] {
            let content = pdf(size);
            let kept = sent(&test, &ctx, registration, &content, true).await.expect("kept");
            assert_eq!((kept.kind, kept.size), (DocumentKind::Pdf, i64::try_from(size).expect("small")));
            assert_eq!(content_of(&test, &ctx, registration, &kept).await.expect("the content"), content);
        }
        assert_eq!(list(&test.app, &ctx, registration, None, 10).await.expect("a list").items.len(), 4);
        let dump = test.db.dump();
        for secret in ["Geheime inhoud", "Vonnis Proefstad", "%PDF-1.7"] {
            assert!(!dump.contains(secret), "the dump shows `{secret}`");
        }
    }

    // ASVS 5.0: 2.3.3, 5.2.1, 5.2.2
    async fn what_is_not_a_document_leaves_nothing_behind(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&test.officer);
        let mut large = pdf(usize::try_from(LARGEST).expect("fits"));
        large.push(0);
        let code = |refused: Result<DocumentView, Refusal>| match refused {
            Err(Refusal::Invalid(faults)) => faults[0].code.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(sent(&test, &ctx, registration, &large, true).await), "too_large");
        assert_eq!(code(sent(&test, &ctx, registration, &pdf(2 * PIECE + 7), false).await), "cut_off");
        assert_eq!(code(sent(&test, &ctx, registration, b"<html><script>alert(1)</script></html>", true).await), "type_not_allowed");
        assert_eq!(code(sent(&test, &ctx, registration, b"", true).await), "empty");
        for actor in [&test.other_officer, &person] {
            let refused = sent(&test, &test.ctx(actor), registration, &pdf(100), true).await;
            assert!(matches!(refused, Err(Refusal::NotFound | Refusal::Forbidden(_))), "{refused:?}");
        }
        assert_eq!(pieces(&test), 0);
        assert_eq!(list(&test.app, &ctx, registration, None, 10).await.expect("a list").items, []);
    }

    // ASVS 5.0: 11.3.3
    async fn a_moved_changed_or_missing_piece_is_noticed(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&test.officer);
        let kept = sent(&test, &ctx, registration, &pdf(3 * PIECE), true).await.expect("kept");
        for change in [
            // The second piece in place of the first, and the other way round.
            "UPDATE document_chunks SET seq = CASE seq WHEN 0 THEN 10 WHEN 1 THEN 11 ELSE seq END",
            "UPDATE document_chunks SET seq = CASE seq WHEN 10 THEN 1 WHEN 11 THEN 0 ELSE seq END",
        ] {
            test.db.execute(change);
        }
        let moved = content_of(&test, &ctx, registration, &kept).await;
        assert!(matches!(moved, Err(Refusal::Keys(_))), "{:?}", moved.map(|bytes| bytes.len()));
        let kept = sent(&test, &ctx, registration, &pdf(3 * PIECE), true).await.expect("kept");
        // Its end cut off, and the row made to fit.
        test.db.execute(&format!("UPDATE documents SET chunks = 2 WHERE id = '{}'", kept.id));
        let cut = content_of(&test, &ctx, registration, &kept).await;
        assert!(matches!(cut, Err(Refusal::Keys(_))), "{:?}", cut.map(|bytes| bytes.len()));
    }

    async fn a_repeated_upload_is_one_document(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx_keyed(&test.officer, "key", "digest");
        let first = sent(&test, &ctx, registration, &pdf(100), true).await.expect("kept");
        let again = sent(&test, &ctx, registration, &pdf(100), true).await.expect("the same answer");
        assert_eq!(first, again);
        let other = sent(&test, &ctx, registration, &pdf(101), true).await;
        assert!(matches!(other, Err(Refusal::Conflict { code: "idempotency_key_reused", .. })), "{other:?}");
        assert_eq!(pieces(&test), 1);
    }

    // ASVS 5.0: 3.2.1, 4.2.2, 5.2.1, 5.3.2, 5.4.1, 5.4.2
    async fn over_http_it_is_bytes_in_and_an_attachment_out(db: TestDb) {
        let test = TestApp::on(db).await;
        let (actor, officer) = signed_in(&test).await;
        let enrolment = Enrolment { officer_id: actor.account, ..test.enrolment(Regime::NlPilot, "2026-01-12") };
        let (registration, _) = test.registrant(enrolment).await;
        let client = Client::untracked(api::build(&test.app).expect("the API")).await.expect("a client");
        let post = |body: Vec<u8>, kind: ContentType, name: &'static str| {
            client
                .post(format!("/v1/registrations/{registration}/documents?category=judgment"))
                .header(Header::new("Authorization", format!("Bearer {officer}")))
                .header(Header::new("Idempotency-Key", zedenregister::ids::RequestId::fresh().to_string()))
                .header(Header::new("Document-Name", name))
                .header(kind)
                .body(body)
        };
        let content = pdf(2 * PIECE + 5);
        let made = post(content.clone(), ContentType::Binary, "Vonnis%20%C3%A9%C3%A9n").dispatch().await;
        assert_eq!(made.status(), Status::Created);
        let place = made.headers().get_one("Location").expect("its place").to_owned();
        let made: Value = made.into_json().await.expect("JSON");
        assert_eq!((&made["name"], &made["kind"]), (&Value::from("Vonnis één"), &Value::from("pdf")));

        let given = client.get(place).header(Header::new("Authorization", format!("Bearer {officer}"))).dispatch().await;
        assert_eq!(given.status(), Status::Ok);
        let header = |name| given.headers().get_one(name).unwrap_or_default();
        assert_eq!(header("Content-Type"), "application/octet-stream");
        assert_eq!(header("X-Content-Type-Options"), "nosniff");
        assert_eq!(header("Content-Disposition"), "attachment; filename*=UTF-8''Vonnis%20%C3%A9%C3%A9n.pdf");
        assert_eq!(header("Content-Length"), content.len().to_string());
        assert!(given.into_bytes().await.is_some_and(|bytes| bytes == content), "the same bytes");

        let mut large = pdf(usize::try_from(LARGEST).expect("fits"));
        large.push(0);
        for (body, kind, name, status, code) in [
            (large, ContentType::Binary, "x", Status::PayloadTooLarge, "body_too_large"),
            (pdf(100), ContentType::PDF, "x", Status::UnsupportedMediaType, "unsupported_media_type"),
            (b"MZ".to_vec(), ContentType::Binary, "x.pdf", Status::BadRequest, "invalid_input"),
            (pdf(100), ContentType::Binary, "%FF", Status::BadRequest, "invalid_input"),
            (pdf(100), ContentType::Binary, "..%2Fx", Status::BadRequest, "invalid_input"),
        ] {
            let refused = post(body, kind, name).dispatch().await;
            assert_eq!(refused.status(), status, "{name}");
            let problem: Value = refused.into_json().await.expect("a problem");
            assert_eq!(problem["code"], code, "{problem}");
        }
        assert_eq!(pieces(&test), 3);
    }

    async fn housekeeping_forgets_what_never_became_a_document(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        sent(&test, &test.ctx(&test.officer), registration, &pdf(PIECE + 1), true).await.expect("kept");
        // Left behind by a server that died in the middle of an upload.
        let dead = zedenregister::ids::DocumentId::fresh();
        test.db.execute(&format!(
            "INSERT INTO document_chunks (document_id, seq, sealed, kept_at) SELECT '{dead}', seq, sealed, kept_at FROM document_chunks"
        ));
        assert_eq!(pieces(&test), 4);
        let run = async || {
            let app = test.app.clone();
            let now = app.clock.now().legal.utc();
            let ran = tokio::task::spawn_blocking(move || housekeeping::run(&app, &RunContext::new(now, now, 1)));
            ran.await.expect("no panic").expect("a report")
        };
        run().await;
        assert_eq!(pieces(&test), 4, "an upload may still be going on");
        test.days_pass(2);
        run().await;
        assert_eq!(pieces(&test), 2, "the document stays");
    }
}
