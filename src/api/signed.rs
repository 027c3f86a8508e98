//! Who signed in: a bearer token, and nothing else, on every operation that asks for one.

use rocket::request::Request;

use super::edge::Edge;
use super::problem::Problem;
use super::trace::Trace;
use crate::access::tokens::{Authenticated, authenticate};
use crate::register::Refusal;

/// The account a request acts for. A bad token is an error, never "nobody".
///
/// # Errors
/// 401 with a challenge; 503 when the account could not be looked up.
pub async fn who(edge: &Edge, request: &Request<'_>, trace: &Trace) -> Result<Authenticated, Problem> {
    let mut sent = request.headers().get("authorization");
    let token = match (sent.next(), sent.next()) {
        (None, _) => {
            return Err(Problem::unauthorized("token_missing", "Sign in and send the token as a bearer token."));
        }
        (Some(one), None) => bearer(one).ok_or_else(refused)?,
        (Some(_), Some(_)) => return Err(refused()),
    };
    authenticate(edge.app(), token, trace.now.system).await.map_err(|refusal| match refusal {
        Refusal::Unauthenticated(_) => refused(),
        other => other.into(),
    })
}

/// The answer to every token that is not accepted, whatever is wrong with it.
fn refused() -> Problem {
    Problem::unauthorized("token_not_accepted", "The token is not valid, has ended or was revoked: sign in again.")
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_tokens_are_tokens() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        for header in ["Basic abc", "Bearer", "Bearer ", "abc", ""] {
            assert_eq!(bearer(header), None, "{header}");
        }
    }
}
