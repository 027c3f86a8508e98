//! Styles, the one small script and the icon: part of the program, served under the hash of what they hold, so that a
//! browser may keep them for ever.

use std::sync::LazyLock;

use rocket::http::{ContentType, Status};
use rocket::response::{self, Responder, Response};
use rocket::{Request, Route, get, routes};

use crate::crypto;

/// The stylesheet: our tokens, the components of the NL Design System that pages use, and what is ours.
const CSS: &str = concat!(
    include_str!("assets/tokens.css"),
    include_str!("assets/utrecht/alert.css"),
    include_str!("assets/utrecht/button.css"),
    include_str!("assets/utrecht/checkbox.css"),
    include_str!("assets/utrecht/data-list.css"),
    include_str!("assets/utrecht/document.css"),
    include_str!("assets/utrecht/form-field.css"),
    include_str!("assets/utrecht/form-field-description.css"),
    include_str!("assets/utrecht/form-field-error-message.css"),
    include_str!("assets/utrecht/form-fieldset.css"),
    include_str!("assets/utrecht/form-label.css"),
    include_str!("assets/utrecht/heading-1.css"),
    include_str!("assets/utrecht/heading-2.css"),
    include_str!("assets/utrecht/heading-3.css"),
    include_str!("assets/utrecht/link.css"),
    include_str!("assets/utrecht/nav-bar.css"),
    include_str!("assets/utrecht/page-footer.css"),
    include_str!("assets/utrecht/page-header.css"),
    include_str!("assets/utrecht/paragraph.css"),
    include_str!("assets/utrecht/radio-button.css"),
    include_str!("assets/utrecht/select.css"),
    include_str!("assets/utrecht/skip-link.css"),
    include_str!("assets/utrecht/status-badge.css"),
    include_str!("assets/utrecht/table.css"),
    include_str!("assets/utrecht/textarea.css"),
    include_str!("assets/utrecht/textbox.css"),
    include_str!("assets/utrecht/unordered-list.css"),
    include_str!("assets/own.css"),
);

/// One file.
struct Asset {
    name: &'static str,
    content: &'static str,
    kind: ContentType,
    hash: String,
}

impl Asset {
    fn new(name: &'static str, content: &'static str, kind: ContentType) -> Self {
        let hash = crypto::sha256_hex(content.as_bytes()).split_off(48);
        Self { name, content, kind, hash }
    }

    fn address(&self) -> String {
        format!("/console/assets/{}/{}", self.hash, self.name)
    }
}

static FILES: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new("style.css", CSS, ContentType::CSS),
        Asset::new("keys.js", include_str!("assets/keys.js"), ContentType::JavaScript),
        Asset::new("icon.svg", include_str!("assets/icon.svg"), ContentType::SVG),
    ]
});

/// Where the files are.
pub struct Addresses {
    /// The stylesheet.
    pub style: String,
    /// The script that gives keys to links that are there without it as well.
    pub keys: String,
    /// The icon.
    pub icon: String,
}

/// Where the files are.
pub static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let [style, keys, icon] = &*FILES;
    Addresses { style: style.address(), keys: keys.address(), icon: icon.address() }
});

pub fn routes() -> Vec<Route> {
    routes![asset]
}

#[get("/assets/<hash>/<name>")]
fn asset(hash: &str, name: &str) -> Option<&'static Asset> {
    FILES.iter().find(|file| file.name == name && file.hash == hash)
}

impl<'r> Responder<'r, 'static> for &'static Asset {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let tag = format!("\"{}\"", self.hash);
        let known = request.headers().get("if-none-match").flat_map(|sent| sent.split(',')).any(|sent| {
            let sent = sent.trim();
            sent == "*" || sent.trim_start_matches("W/") == tag
        });
        let mut response = Response::build();
        response.raw_header("ETag", tag).raw_header("Cache-Control", "public, max-age=31536000, immutable");
        if known {
            return response.status(Status::NotModified).ok();
        }
        response.header(self.kind.clone()).sized_body(self.content.len(), std::io::Cursor::new(self.content)).ok()
    }
}
