//! Rocket with one route that answers a constant: what the web server itself takes, to measure against. The port comes from
//! `ROCKET_PORT`.

#[rocket::get("/")]
fn constant() -> &'static str {
    "{}"
}

#[rocket::launch]
fn rocket() -> _ {
    rocket::build().mount("/", rocket::routes![constant])
}
