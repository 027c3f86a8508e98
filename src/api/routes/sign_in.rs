//! Signing in, going on, signing out, taking an account into use.

use serde_json::json;

use crate::access::sign_in::{self, AccountActivated, AccountActivation, Refresh, SignIn};
use crate::access::tokens::TokenAnswer;
use crate::api::tags::SIGN_IN;
use crate::api::{Answer, Done, Empty, Operation, Visit};

/// What a refresh token looks like.
const REFRESH_TOKEN: &str = "q3vX0m8cJ1sV7yZ5nB2kL9pT4wR6hD0gF3aE8uQ1iOo";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/tokens", "signIn", "Sign in")
            .tag(SIGN_IN)
            .about("Answers an access token for a few minutes and a refresh token. Staff send the code of their second factor as well.")
            .signs_in()
            .answers(sign_in_)
            .example("registrant", json!({"username": "j.voorbeeld", "password": "een lang wachtwoord"}))
            .example("staff", json!({"username": "officer.noord", "password": "een lang wachtwoord", "oneTimeCode": "123456"})),
        Operation::post("/token-renewals", "renewToken", "Exchange a refresh token for the next pair")
            .tag(SIGN_IN)
            .about("A refresh token counts once. A second use ends the session, because somebody else may hold it.")
            .signs_in()
            .answers(renew)
            .example("renewal", json!({"refreshToken": REFRESH_TOKEN})),
        Operation::post("/token-revocations", "signOut", "Sign out")
            .tag(SIGN_IN)
            .about("Ends the session of the refresh token; its access tokens stop counting at once.")
            .signs_in()
            .answers(sign_out)
            .example("signOut", json!({"refreshToken": REFRESH_TOKEN})),
        Operation::post("/activations", "activateAccount", "Take an account into use with its activation code")
            .tag(SIGN_IN)
            .about("Staff get the secret of a second factor first, and send the request again with the code it shows.")
            .signs_in()
            .answers(activate)
            .example("registrant", json!({"activationCode": "7K3M-QX9T-2B4V-8N6R-HJ5W-C1DF-GZ0P", "password": "een lang wachtwoord"})),
    ]
}

async fn sign_in_(visit: Visit<Empty, Empty, SignIn>) -> Done<TokenAnswer> {
    Ok(Answer::new(sign_in::sign_in(visit.edge.app(), &visit.caller, visit.body).await?))
}

async fn renew(visit: Visit<Empty, Empty, Refresh>) -> Done<TokenAnswer> {
    Ok(Answer::new(sign_in::refresh(visit.edge.app(), &visit.caller, visit.body).await?))
}

async fn sign_out(visit: Visit<Empty, Empty, Refresh>) -> Done<Empty> {
    sign_in::revoke(visit.edge.app(), &visit.caller, visit.body).await?;
    Ok(Answer::new(Empty {}))
}

async fn activate(visit: Visit<Empty, Empty, AccountActivation>) -> Done<AccountActivated> {
    Ok(Answer::new(sign_in::activate_account(visit.edge.app(), &visit.caller, visit.body).await?))
}
