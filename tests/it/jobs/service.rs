//! A service of the shape of GOV.UK Notify gets each message once, is asked before one is sent again, and may tell what became
//! of it when it shows its token.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rocket::http::{Header, Status};
use rocket::local::asynchronous::Client;
use scheduler::RunReport;
use serde_json::{Value, json};
use zedenregister::api;
use zedenregister::app::App;
use zedenregister::jobs::relay::Relay;
use zedenregister::notify::letter::ReturnAddress;
use zedenregister::notify::reminder::Wording;
use zedenregister::notify::{LetterSettings, MailSettings};
use zedenregister::vocabulary::{DeliveryChannel, DeliveryOutcome, OutboxState};

use super::letters::{by_letter, contact, dead, of, on_days_before, reported};
use super::relay::endings;
use super::{all_messages, now, on_a_thread, remind};
use crate::support::TestDb;
use crate::support::app::TestApp;

const ACCOUNT: &str = "0190b7a2-0000-7d5a-9c43-2f6f0f0b1c11";
const SECRET: &str = "0190b7a2-1111-7d5a-9c43-2f6f0f0b1c11";
const TOKEN: &str = "een-teken-dat-niemand-raadt-0123456789";

/// How one call is answered; without a status the connection is closed.
#[derive(Debug, Clone)]
struct Reply(Option<u16>, Value);

/// What came in: method and path, the headers' `Authorization`, the body.
#[derive(Debug, Clone)]
struct Came {
    line: String,
    authorization: String,
    body: Value,
}

/// A service that answers as a test tells it to.
struct Fake {
    address: SocketAddr,
    script: Arc<Mutex<VecDeque<Reply>>>,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Fake {
    fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let this = Self {
            address: listener.local_addr().expect("its address"),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            came: Arc::default(),
        };
        let (script, came) = (Arc::clone(&this.script), Arc::clone(&this.came));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                drop(converse(&stream.expect("a connection"), &script, &came));
            }
        });
        this
    }

    fn came(&self) -> Vec<Came> {
        self.came.lock().expect("calls").clone()
    }

    fn lines(&self) -> Vec<String> {
        self.came().into_iter().map(|one| one.line).collect()
    }
}

fn converse(stream: &TcpStream, script: &Mutex<VecDeque<Reply>>, came: &Mutex<Vec<Came>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => authorization = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let line = first.trim().trim_end_matches(" HTTP/1.1").to_owned();
    came.lock().expect("calls").push(Came { line, authorization, body });
    let reply = script.lock().expect("a script").pop_front().unwrap_or(Reply(Some(201), json!({})));
    let Reply(Some(status), said) = reply else { return stream.shutdown(std::net::Shutdown::Both) };
    let said = said.to_string();
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}",
        said.len()
    )
}

/// A system that sends e-mail and letters by this service.
async fn sending_by(db: TestDb, fake: &Fake) -> TestApp {
    let url = format!("http://{}", fake.address);
    let mut test = TestApp::on(db).await;
    let text = format!(
        "[mail]\ntransport = \"notify\"\n[letters]\ntransport = \"notify\"\n[webhooks]\nnetworks = [\"127.0.0.0/8\"]\n\
         [notify]\nurl = \"{url}\"\napi_key = \"proef-{ACCOUNT}-{SECRET}\"\ntemplate = \"sjabloon\"\n\
         callback_token = \"{TOKEN}\"\ntimeout_s = 2\n"
    );
    let other = zedenregister::config::parse(&text).expect("settings");
    let mut config = (*test.app.config).clone();
    (config.mail.route, config.letters, config.callback_token) =
        (other.mail.route, other.letters, other.callback_token);
    test.app = App { config: config.into(), ..test.app };
    test
}

async fn deliver(app: &App) -> RunReport {
    let wording = Wording::new("https://berichten.example.org", "").expect("neutral");
    let channel = MailSettings::from(&app.config.mail).open(&app.clock).expect("a channel");
    let post = LetterSettings::from(&app.config.letters).open(&app.clock).expect("a channel");
    let relay = Relay::new(app.clone(), channel, wording).posting(post, ReturnAddress::default());
    let app = app.clone();
    on_a_thread(move || relay.run(&now(&app), &mut StdRng::seed_from_u64(1))).await.expect("a report")
}

/// A reminder of the yearly report, ready to leave two weeks ahead by e-mail.
async fn with_a_reminder(db: TestDb, fake: &Fake) -> TestApp {
    let test = sending_by(db, fake).await;
    let (_, due) = reported(&test, contact()).await;
    on_days_before(&test, due, 14);
    assert_eq!(remind(&test.app).await.made, 1);
    test
}

fn status(status: u16) -> Reply {
    Reply(Some(status), json!({}))
}

fn signed_by(authorization: &str) -> Value {
    let token = authorization.strip_prefix("Bearer ").expect("a bearer");
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("signed with the secret").claims
}

async fn tell(app: &App, token: &str, told: &Value) -> Status {
    let client = Client::untracked(api::build(app).expect("the API")).await.expect("a client");
    let bearer = Header::new("Authorization", format!("Bearer {token}"));
    client.post("/notify-callbacks").header(bearer).body(told.to_string()).dispatch().await.status()
}

on_both_databases! {
    async fn an_email_goes_to_the_service_signed_and_under_its_own_reference(db: TestDb) {
        let fake = Fake::start([]);
        let test = with_a_reminder(db, &fake).await;
        assert_eq!(deliver(&test.app).await.made, 1);
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::HandedOver, Some("notify_201")));
        let [call] = fake.came().try_into().expect("one call");
        assert_eq!(call.line, "POST /v2/notifications/email");
        assert_eq!(call.body["reference"], mail.id.as_str());
        assert_eq!((&call.body["email_address"], &call.body["template_id"]), (&json!("j.voorbeeld@example.nl"), &json!("sjabloon")));
        assert!(call.body["personalisation"]["body"].as_str().is_some_and(|text| text.contains("https://berichten.example.org")));
        let claims = signed_by(&call.authorization);
        assert_eq!((&claims["iss"], &claims["iat"]), (&json!(ACCOUNT), &json!(test.app.clock.now().system.utc().timestamp())));
    }

    async fn a_letter_goes_to_the_service_as_the_pdf_we_made(db: TestDb) {
        let fake = Fake::start([]);
        let test = sending_by(db, &fake).await;
        let (_, due) = reported(&test, by_letter()).await;
        on_days_before(&test, due, 17);
        assert_eq!(remind(&test.app).await.made, 1);
        deliver(&test.app).await;
        let [call] = fake.came().try_into().expect("one call");
        let letter = of(&test, DeliveryChannel::Letter);
        assert_eq!((letter.state, call.line.as_str()), (OutboxState::HandedOver, "POST /v2/notifications/letter"));
        assert_eq!(call.body["reference"], letter.id.as_str());
        let content = call.body["content"].as_str().expect("content");
        let pdf = base64::engine::general_purpose::STANDARD.decode(content).expect("base64");
        assert!(pdf.starts_with(b"%PDF"));
    }

    async fn what_may_pass_is_tried_again_and_what_is_refused_is_followed_by_a_letter(db: TestDb) {
        let fake = Fake::start([status(429), status(503), status(400)]);
        let test = with_a_reminder(db, &fake).await;
        for code in ["notify_429", "notify_503"] {
            deliver(&test.app).await;
            let mail = of(&test, DeliveryChannel::Email);
            assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::Retrying, Some(code)));
            test.app.clock.advance(chrono::Duration::minutes(10));
        }
        deliver(&test.app).await;
        let (mail, letter) = (of(&test, DeliveryChannel::Email), of(&test, DeliveryChannel::Letter));
        assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::Dead, Some("notify_400")));
        assert_eq!((letter.state, dead(&test)), (OutboxState::HandedOver, 0));
        assert!(fake.lines().iter().all(|line| line.starts_with("POST")), "nothing was lost, so nothing is asked");
    }

    async fn before_it_is_sent_again_the_service_is_asked_whether_it_has_it(db: TestDb) {
        let fake = Fake::start([Reply(None, Value::Null), status(500)]);
        let test = with_a_reminder(db, &fake).await;
        deliver(&test.app).await;
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!(mail.state, OutboxState::Unknown);
        test.app.clock.advance(chrono::Duration::minutes(1));
        deliver(&test.app).await;
        let asked = of(&test, DeliveryChannel::Email);
        assert_eq!((asked.state, asked.last_code.as_deref()), (OutboxState::Unknown, Some("not_told")), "it stays open");
        let known = json!({ "notifications": [{ "id": "x", "reference": mail.id.as_str(), "status": "sending" }] });
        fake.script.lock().expect("a script").push_back(Reply(Some(200), known));
        test.app.clock.advance(chrono::Duration::minutes(10));
        deliver(&test.app).await;
        assert_eq!(of(&test, DeliveryChannel::Email).state, OutboxState::HandedOver);
        let question = format!("GET /v2/notifications?reference={}", mail.id);
        assert_eq!(fake.lines(), ["POST /v2/notifications/email".to_owned(), question.clone(), question]);
        assert_eq!(endings(&test.db).last(), Some(&(DeliveryOutcome::HandedOver, "notify_known".to_owned())));
    }

    async fn what_the_service_does_not_have_is_sent_again(db: TestDb) {
        let fake = Fake::start([Reply(None, Value::Null), Reply(Some(200), json!({ "notifications": [] }))]);
        let test = with_a_reminder(db, &fake).await;
        deliver(&test.app).await;
        test.app.clock.advance(chrono::Duration::minutes(1));
        deliver(&test.app).await;
        assert_eq!(of(&test, DeliveryChannel::Email).last_code.as_deref(), Some("notify_201"));
        assert_eq!(fake.lines().iter().filter(|line| line.starts_with("POST")).count(), 2);
    }

    async fn who_shows_the_token_may_tell_what_became_of_a_message(db: TestDb) {
        let fake = Fake::start([]);
        let test = with_a_reminder(db, &fake).await;
        deliver(&test.app).await;
        let mail = of(&test, DeliveryChannel::Email);
        let told = |status: &str| json!({ "id": "x", "reference": mail.id.as_str(), "to": "j.voorbeeld@example.nl", "status": status });
        for wrong in ["", "een-teken-dat-niemand-raadt-012345678", "x"] {
            assert_eq!(tell(&test.app, wrong, &told("delivered")).await, Status::Unauthorized);
        }
        assert_eq!(tell(&test.app, TOKEN, &json!(["x"])).await, Status::BadRequest);
        assert_eq!(tell(&test.app, TOKEN, &json!({ "status": "delivered", "to": "x".repeat(20_000) })).await, Status::BadRequest);
        for nothing in [told("sending"), told("eaten"), json!({ "reference": null, "status": "delivered" }), json!({ "reference": "x", "status": "delivered" })] {
            assert_eq!(tell(&test.app, TOKEN, &nothing).await, Status::NoContent);
        }
        assert_eq!(of(&test, DeliveryChannel::Email).state, OutboxState::HandedOver);
        assert_eq!(tell(&test.app, TOKEN, &told("delivered")).await, Status::NoContent);
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!((mail.state, mail.delivered_at), (OutboxState::Delivered, Some(test.app.clock.now().system)));
        assert!(!format!("{:?}", all_messages(&test.db)).contains("voorbeeld"));
    }

    async fn a_failure_that_is_told_is_followed_by_a_letter(db: TestDb) {
        let fake = Fake::start([]);
        let test = with_a_reminder(db, &fake).await;
        deliver(&test.app).await;
        let mail = of(&test, DeliveryChannel::Email);
        let told = json!({ "reference": mail.id.as_str(), "status": "permanent-failure" });
        assert_eq!(tell(&test.app, TOKEN, &told).await, Status::NoContent);
        assert_eq!(tell(&test.app, TOKEN, &told).await, Status::NoContent, "told twice");
        let (mail, letter) = (of(&test, DeliveryChannel::Email), of(&test, DeliveryChannel::Letter));
        assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::Dead, Some("notify_permanent_failure")));
        assert_eq!((letter.state, dead(&test)), (OutboxState::Pending, 0));
    }

    async fn without_a_token_in_the_settings_nobody_may_tell(db: TestDb) {
        let test = TestApp::on(db).await;
        assert_eq!(tell(&test.app, "", &json!({ "status": "delivered" })).await, Status::NotFound);
    }
}
