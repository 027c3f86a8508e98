//! A browser without JavaScript: keeps cookies, follows what it is told to, sends forms with the token of the page.

use rocket::http::{ContentType, Cookie, Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use zedenregister::access::Actor;
use zedenregister::access::accounts::{self, AccountMade, NewAccount, NewRegistrantAccount};
use zedenregister::access::sign_in::{AccountActivation, activate_account};
use zedenregister::api;
use zedenregister::crypto::totp::TotpSecret;
use zedenregister::ids::{RegistrationId, TeamId};
use zedenregister::register::enrol::Enrolment;
use zedenregister::vocabulary::{AccountKind, Regime, Role};

use crate::sign_in::{PASSWORD, administrator, caller, in_use, made, secret};
use crate::support::TestDb;
use crate::support::app::TestApp;

/// A page as it was answered.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub html: String,
}

impl Seen {
    async fn of(response: LocalResponse<'_>) -> Self {
        let status = response.status().code;
        let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        Self { status, headers, html: response.into_string().await.unwrap_or_default() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where one is sent.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The value of the hidden field `name`.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.html.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {}", self.html));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Every hidden field but the token.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let form = self.html.split("<main").nth(1).unwrap_or_default();
        let fields = form.match_indices("<input type=\"hidden\" name=\"").map(|(at, start)| {
            let rest = &form[at + start.len()..];
            let (name, rest) = rest.split_once("\" value=\"").expect("a value");
            (name.to_owned(), rest.split('"').next().unwrap_or_default().replace("&#39;", "'"))
        });
        fields.filter(|(name, _)| name != "formToken").collect()
    }
}

/// The browser.
pub struct Browser(pub Client);

impl Browser {
    /// Nobody yet.
    pub async fn on(test: &TestApp) -> Self {
        let server = api::build(&test.app).expect("a server");
        Self(Client::tracked(server).await.expect("a client"))
    }

    pub async fn get(&self, path: &str) -> Seen {
        Seen::of(self.0.get(path.to_owned()).dispatch().await).await
    }

    /// Sends a form with the token of the page at `from`.
    pub async fn send(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.get(from).await.hidden("formToken");
        self.post(to, Some(&token), fields).await
    }

    /// Sends a form.
    pub async fn post(&self, to: &str, token: Option<&str>, fields: &[(&str, &str)]) -> Seen {
        let fields = token.map(|token| ("formToken", token)).into_iter().chain(fields.iter().copied());
        let body: Vec<String> = fields.map(|(name, value)| format!("{}={}", quoted(name), quoted(value))).collect();
        let request = self.0.post(to.to_owned()).header(ContentType::Form).body(body.join("&"));
        Seen::of(request.dispatch().await).await
    }

    /// Fills in the one form of the page at `path`, with what the page put into it already.
    pub async fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.html);
        self.send_on(path, &page, fields).await
    }

    /// Sends what a page holds, and `fields`, to `path`.
    pub async fn send_on(&self, path: &str, page: &Seen, fields: &[(&str, &str)]) -> Seen {
        let hidden = page.hidden_fields();
        let all: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied()).collect();
        self.post(path, Some(&page.hidden("formToken")), &all).await
    }

    /// Fills in a form that is checked before it counts, and confirms it.
    pub async fn fill_and_confirm(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let checked = self.fill(path, fields).await;
        assert_eq!(checked.status, 200, "{path}: {}", checked.html);
        assert!(checked.html.contains("Controleer uw antwoorden"), "{path}: {}", checked.html);
        self.send_on(path, &checked, &[("_confirmed", "1")]).await
    }

    /// Sends a form with a file.
    pub async fn upload(&self, to: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Seen {
        const BOUNDARY: &str = "----ProefGrens7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        // A browser sends a field for a file without a name when none was chosen.
        let (name, content) = file.unwrap_or(("", b""));
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend(head.into_bytes());
        body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend(content);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind: ContentType = format!("multipart/form-data; boundary={BOUNDARY}").parse().expect("a content type");
        Seen::of(self.0.post(to.to_owned()).header(kind).body(body).dispatch().await).await
    }

    pub async fn get_with(&self, path: &str, header: Header<'static>) -> Seen {
        Seen::of(self.0.get(path.to_owned()).header(header).dispatch().await).await
    }

    /// Asks with a cookie from elsewhere.
    pub async fn get_as(&self, path: &str, cookie: &Cookie<'static>) -> Seen {
        let cookie = Cookie::new(cookie.name().to_owned(), cookie.value().to_owned());
        Seen::of(self.0.get(path.to_owned()).cookie(cookie).dispatch().await).await
    }

    /// The cookie of the session.
    pub fn session(&self) -> Option<Cookie<'static>> {
        self.0.cookies().get("session").cloned()
    }

    /// Signs in as somebody who works here.
    pub async fn staff(test: &TestApp, username: &str, factor: &TotpSecret) -> Self {
        test.app.clock.advance(chrono::Duration::seconds(60));
        let browser = Self::on(test).await;
        let code = factor.code_at(test.app.clock.now().system.utc());
        let fields = [("username", username), ("password", PASSWORD), ("oneTimeCode", code.as_str())];
        let seen = browser.send("/console/sign-in", "/console/sign-in", &fields).await;
        assert_eq!((seen.status, seen.location()), (Status::SeeOther.code, "/"), "{}", seen.html);
        browser
    }

    /// Signs in as a registrant.
    pub async fn registrant(test: &TestApp, username: &str) -> Self {
        let browser = Self::on(test).await;
        let fields = [("username", username), ("password", PASSWORD)];
        let seen = browser.send("/mijn/sign-in", "/mijn/sign-in", &fields).await;
        assert_eq!((seen.status, seen.location()), (Status::SeeOther.code, "/"), "{}", seen.html);
        browser
    }
}

fn quoted(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Somebody who works here, signed in: in a team of the test where the role has one.
pub async fn colleague(test: &TestApp, username: &str, role: Role, team: Option<TeamId>) -> Browser {
    let new = NewAccount {
        username: username.to_owned(),
        display_name: format!("Proef {username}"),
        role,
        kind: AccountKind::Person,
        organisation: "proef".to_owned(),
        team_id: team,
    };
    let made = accounts::create(&test.app, &test.ctx(&administrator(test)), new).await.expect("an account");
    let factor = in_use(test, &made).await;
    Browser::staff(test, username, &factor).await
}

/// Somebody of this role who stated what they come for.
pub async fn with_purpose(town: &Town, name: &str, role: Role, purpose: &str) -> Browser {
    let browser = colleague(&town.test, name, role, None).await;
    let stated = browser.send("/console", "/console/purpose", &[("purpose", purpose)]).await;
    assert_eq!(stated.status, 303, "{}", stated.html);
    browser
}

/// An officer with an account, and somebody in the caseload with an account.
pub struct Town {
    pub test: TestApp,
    pub officer: AccountMade,
    pub factor: TotpSecret,
    pub registration: RegistrationId,
    pub registrant: Actor,
}

impl Town {
    pub async fn on(db: TestDb) -> Self {
        Self::with(db, |_| {}).await
    }

    /// A town whose registrant was enrolled with something else.
    pub async fn with(db: TestDb, change: impl FnOnce(&mut Enrolment)) -> Self {
        let test = TestApp::on(db).await;
        let officer = made(&test, Role::SupervisionOfficer).await;
        let factor = in_use(&test, &officer).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.officer_id = officer.id;
        change(&mut enrolment);
        let (registration, registrant) = test.registrant(enrolment).await;
        Self { test, officer, factor, registration, registrant }
    }

    /// The officer, at the first page.
    pub async fn officer(&self) -> Browser {
        Browser::staff(&self.test, "proef.supervision_officer", &self.factor).await
    }

    /// The registrant, with an account of their own.
    pub async fn registrant(&self) -> Browser {
        let actor = Actor { account: self.officer.id, ..self.test.officer.clone() };
        self.open_account(&actor, self.registration, "j.proef").await;
        Browser::registrant(&self.test, "j.proef").await
    }

    /// Opens an account for a registrant and takes it into use.
    pub async fn open_account(&self, officer: &Actor, registration: RegistrationId, username: &str) {
        let new = NewRegistrantAccount { username: username.to_owned() };
        let ctx = self.test.ctx(officer);
        let made = accounts::create_for_registrant(&self.test.app, &ctx, registration, new).await.expect("an account");
        let request = AccountActivation {
            activation_code: secret(made.activation_code.as_deref().expect("a code")),
            password: secret(PASSWORD),
            one_time_code: None,
        };
        activate_account(&self.test.app, &caller(&self.test), request).await.expect("active");
    }
}
