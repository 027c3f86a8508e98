//! Signing in, going on, signing out, taking an account into use.

use serde_json::json;

use crate::access::clients::{self, MachineSignIn};
use crate::access::oidc::provider::JWT_BEARER;
use crate::access::sign_in::{self, AccountActivated, AccountActivation, Refresh, SignIn};
use crate::access::step_up::{self, FreshProof};
use crate::access::tokens::{MachineToken, TokenAnswer};
use crate::api::tags::SIGN_IN;
use crate::api::{Answer, Call, Done, Empty, Operation, Visit};

/// What a refresh token looks like.
const REFRESH_TOKEN: &str = "q3vX0m8cJ1sV7yZ5nB2kL9pT4wR6hD0gF3aE8uQ1iOo";

/// What an assertion looks like; a real one names this server and counts once.
const ASSERTION: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6ImJldnJhZ2luZy0yMDI2In0.eyJpc3MiOiIwMTkwYjdhMi02YzFlLTdkNWEtOWM0My0yZjZmMGYwYjFjMTEifQ.c2lnbmF0dXJl";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/tokens", "signIn", "Sign in")
            .tag(SIGN_IN)
            .about("Answers an access token for a few minutes and a refresh token. Staff send the code of their second factor as well.")
            .signs_in()
            .answers(sign_in_)
            .example("registrant", json!({"username": "j.voorbeeld", "password": "een lang wachtwoord"}))
            .example("staff", json!({"username": "officer.noord", "password": "een lang wachtwoord", "oneTimeCode": "123456"})),
        Operation::post("/machine-tokens", "signInMachine", "Sign a machine in by what it signed")
            .tag(SIGN_IN)
            .about(
                "For a machine with a registered key (RFC 7523): a token it signed, with its account id as `iss` and `sub`, \
                 this server as `aud`, a `jti` that counts once and an `exp` at most five minutes ahead. It gets no refresh \
                 token: it signs another assertion.",
            )
            .signs_in()
            .answers(sign_in_machine)
            .example("machine", json!({"clientAssertionType": JWT_BEARER, "clientAssertion": ASSERTION})),
        Operation::post("/session-proofs", "proveSession", "Prove the second factor anew")
            .tag(SIGN_IN)
            .about(
                "Before exports, and before searches that name nobody outside one's own files: these answer 401 \
                 `proof_needed` when the last proof is more than ten minutes old. A wrong code counts as a wrong sign-in.",
            )
            .answers(prove)
            .example("code", json!({"oneTimeCode": "123456"})),
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

async fn sign_in_machine(visit: Visit<Empty, Empty, MachineSignIn>) -> Done<MachineToken> {
    Ok(Answer::new(clients::sign_in(visit.edge.app(), &visit.caller, visit.body).await?))
}

async fn prove(call: Call<Empty, Empty, FreshProof>) -> Done<Empty> {
    step_up::prove(&call.app, &call.ctx, call.body).await?;
    Ok(Answer::new(Empty {}))
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
