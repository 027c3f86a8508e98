//! Stating why one looks outside one's own caseload: for the session, shown on every page, kept with every access.

use rocket::post;

use crate::access::{console, matrix};
use crate::console::answer::{Answer, Shown};
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::register::Refusal;
use crate::store::console::Remembered;
use crate::vocabulary::Purpose;

#[post("/purpose", data = "<posted>")]
pub async fn state(staff: Staff<'_>, posted: Posted) -> Shown {
    let purpose: Option<Purpose> = posted.get("purpose").map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    if purpose.is_some_and(|purpose| !matrix::purposes(staff.actor().role).contains(&purpose)) {
        return Err(Refusal::Forbidden("this purpose is not one of your role").into());
    }
    console::remember(staff.app(), staff.signed.session, Remembered::Purpose(purpose)).await?;
    Ok(Answer::go("/console"))
}
