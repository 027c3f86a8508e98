//! The way in for everybody: the first page, the language, signing out.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};

use super::answer::{Answer, Shown};
use super::page::Area;
use super::posted::Posted;
use super::visit::{Member, Visit, drop_session, keep_language};
use crate::access::console;

pub fn routes() -> Vec<Route> {
    let mut all = routes![first, change_language, sign_out];
    all.extend(super::sign_in::routes());
    all.extend(super::outside::routes());
    all.extend(super::activate::routes());
    all
}

/// To the pages of whoever is signed in; others to where registrants sign in, because messages send them here.
#[get("/")]
fn first(visit: &Visit) -> Answer {
    let area = visit.signed.as_ref().map_or(Area::Mijn, |signed| Area::of_role(signed.actor.role));
    Answer::go(area.home())
}

#[post("/console/language", data = "<posted>")]
async fn change_language(visit: &Visit, jar: &CookieJar<'_>, posted: Posted) -> Answer {
    if let Ok(language) = posted.text("language").parse() {
        keep_language(jar, &visit.edge, language);
    }
    Answer::go(own_path(posted.text("back")))
}

/// A path of ours, or the first page: a form must not send anybody elsewhere.
fn own_path(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_?=&".contains(&byte));
    let ours = ["/mijn", "/console"]
        .iter()
        .any(|area| path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if plain && ours { path } else { "/" }
}

#[post("/console/sign-out", data = "<_posted>")]
async fn sign_out(member: Member<'_>, jar: &CookieJar<'_>, _posted: Posted) -> Shown {
    console::close(member.app(), &member.ctx(), member.signed.session).await?;
    drop_session(jar, &member.edge);
    Ok(Answer::go(format!("{}?out", Area::of_role(member.actor().role).sign_in())))
}

#[cfg(test)]
mod tests {
    use super::own_path;

    // ASVS 5.0: 3.7.2
    #[test]
    fn a_form_sends_nobody_elsewhere() {
        assert_eq!(own_path("/console/flags"), "/console/flags");
        assert_eq!(own_path("/mijn"), "/mijn");
        for elsewhere in ["https://example.org", "//example.org", "/mijnheer", "/console\\..", "/mijn/%0d", "", "/v1"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
