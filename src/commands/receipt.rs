//! `receipt verify`: what does a receipt prove? Needs the published keys and nothing else: no register, no network.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Exit, Failure, Terminal};
use crate::crypto::jwks::Jwks;
use crate::crypto::receipt::{ReceiptClaims, ReceiptRefusal, ReceiptStanding, canonical, verify_offline};

/// No receipt and no key set is larger.
const MAX_INPUT: u64 = 1 << 20;

/// Verify a receipt, without the register.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Say in plain words what a receipt proves
    ///
    /// Exit code 0: it is genuine; 1: it proves nothing, and why.
    #[command(after_help = "Examples:\n  curl -s https://register.example/.well-known/jwks.json > keys.json\n  \
        zedenregister receipt verify receipt.txt --jwks keys.json\n  \
        zedenregister receipt verify - --jwks keys.json --content handed-in.json < receipt.txt")]
    Verify {
        /// The receipt itself, a file that holds it, or - for standard input
        receipt: String,
        /// The published keys, as fetched from /.well-known/jwks.json
        #[arg(long, value_name = "FILE")]
        jwks: PathBuf,
        /// What was handed in: also prove that the receipt was given for this
        #[arg(long, value_name = "FILE")]
        content: Option<PathBuf>,
    },
}

/// Verifies and says what is proven.
///
/// # Errors
/// [`Failure`] when something cannot be read; a receipt that proves nothing is [`Exit::Found`].
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let Task::Verify { receipt, jwks, content } = &args.task;
    let receipt = receipt_text(receipt)?;
    let keys = read(jwks)?;
    let keys: Jwks = serde_json::from_slice(&keys).map_err(|error| {
        Failure::input(
            format!("{} is not a set of public keys: {error}.", jwks.display()),
            "Fetch it from /.well-known/jwks.json of the register.",
        )
    })?;
    let content = content.as_deref().map(read).transpose()?;
    prove(&receipt, &keys, content.as_deref(), terminal)
}

/// Says what a receipt proves, by these keys and about this content.
///
/// # Errors
/// Only when it cannot be said; a receipt that proves nothing is [`Exit::Found`].
pub(super) fn prove(
    receipt: &str,
    keys: &Jwks,
    content: Option<&[u8]>,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Failure> {
    match verify(receipt, keys, content) {
        Ok(claims) => {
            write!(terminal.out, "{}", told(&claims, content.is_some()))?;
            Ok(Exit::Done)
        }
        Err(refusal) => {
            writeln!(terminal.out, "This receipt proves nothing: {refusal}.")?;
            Ok(Exit::Found)
        }
    }
}

/// Content is compared as it is, and then as the same JSON in the form the register signs.
fn verify(receipt: &str, keys: &Jwks, content: Option<&[u8]>) -> Result<ReceiptClaims, ReceiptRefusal> {
    let first = verify_offline(receipt, keys, content);
    let signed = content
        .and_then(|content| serde_json::from_slice::<serde_json::Value>(content).ok())
        .map(|value| canonical(&value));
    match (&first, signed) {
        (Err(ReceiptRefusal::OtherContent), Some(signed)) => verify_offline(receipt, keys, Some(&signed)),
        (_, _) => first,
    }
}

fn told(claims: &ReceiptClaims, content_matches: bool) -> String {
    let (what, meaning) = match claims.standing {
        ReceiptStanding::Notification => ("A notification was given.", "This is a notification."),
        ReceiptStanding::Attempt => ("A report was tried and not accepted.", "This is NOT a notification."),
        ReceiptStanding::AwaitingSecondPerson => (
            "A report was recorded; its earlier time of receipt waits for a second person.",
            "This is NOT a notification yet.",
        ),
        ReceiptStanding::Rejected => {
            ("A report was recorded, and its earlier time of receipt was not accepted.", "This is NOT a notification.")
        }
        ReceiptStanding::Referral => (
            "A flag was referred to the authorities, with a case.",
            "This is NOT a notification: it is the seal on that case.",
        ),
    };
    let content = if content_matches {
        "The content you gave is what was handed in, to the letter."
    } else {
        "What was handed in is not in the receipt; give --content to prove it was that."
    };
    format!(
        "The receipt is genuine: it was signed with a published key of the register.\n\
         {what} {meaning}\n  issued by:   {}\n  number:      {}\n  about:       {}\n  received at: {}\n{content}\n",
        claims.iss, claims.sub, claims.kind, claims.received_at
    )
}

/// A receipt, from a file, from standard input or as it is.
///
/// # Errors
/// [`Failure::Input`] when there is none.
pub(super) fn receipt_text(given: &str) -> Result<String, Failure> {
    if given == "-" {
        let mut text = String::new();
        let read = std::io::stdin().take(MAX_INPUT).read_to_string(&mut text);
        read.map_err(|error| {
            Failure::input(format!("Standard input cannot be read: {error}."), "Pipe the receipt in.")
        })?;
        return Ok(text);
    }
    // A receipt is three parts with dots between and no slash; a file that exists under that name goes first.
    if Path::new(given).exists() {
        let bytes = read(Path::new(given))?;
        return String::from_utf8(bytes)
            .map_err(|_| Failure::input(format!("{given} is not text."), "Give the receipt as text."));
    }
    if given.split('.').count() == 3 {
        return Ok(given.to_owned());
    }
    Err(Failure::input(
        format!("{given} is neither a file nor a receipt."),
        "A receipt is one long word with two dots in it.",
    ))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(MAX_INPUT).read_to_end(&mut bytes))
        .map_err(|error| Failure::input(format!("{} cannot be read: {error}.", path.display()), "Check the name."))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::keyring::KeyRing;
    use crate::crypto::receipt::ReceiptSigner;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    struct World {
        temp: tempfile::TempDir,
    }

    /// Content in the one form receipts are given over.
    const CONTENT: &[u8] = br#"{"number":12,"postcode":"1234AB"}"#;

    impl World {
        fn new(standing: ReceiptStanding) -> Self {
            let temp = tempfile::tempdir().unwrap();
            let mut rng = StdRng::seed_from_u64(8);
            let now = "2026-04-01T12:00:00Z".parse().unwrap();
            let ring = KeyRing::init(&temp.path().join("keys"), now, &mut rng).unwrap();
            let id = "0198f3c2-6c1e-7d5a-9c43-000000000001";
            let claims = ReceiptClaims::over("https://register.example", id, "home", standing, now, CONTENT, &mut rng);
            let receipt = ReceiptSigner::new(&ring).unwrap().sign(&claims).unwrap();
            let world = Self { temp };
            world.write("receipt.txt", format!("{receipt}\n").as_bytes());
            world.write("keys.json", &serde_json::to_vec(&Jwks::of_ring(&ring).unwrap()).unwrap());
            world.write("content.json", CONTENT);
            world
        }

        fn path(&self, name: &str) -> String {
            self.temp.path().join(name).to_str().unwrap().to_owned()
        }

        fn write(&self, name: &str, content: &[u8]) {
            fs::write(self.path(name), content).unwrap();
        }

        fn verify(&self, receipt: &str, more: &[&str]) -> Result<(Exit, String), Failure> {
            let keys = self.path("keys.json");
            let words = ["receipt", "verify", receipt, "--jwks", &keys];
            let line = Line::try_parse_from(words.iter().chain(more)).unwrap();
            let mut out = Vec::new();
            let exit = run(&line.args, &mut Terminal { out: &mut out, config_file: None })?;
            Ok((exit, String::from_utf8(out).unwrap()))
        }
    }

    #[test]
    fn a_genuine_receipt_is_told_in_plain_words_from_a_file_and_from_the_line_itself() {
        let w = World::new(ReceiptStanding::Notification);
        let file = w.path("receipt.txt");
        let text = fs::read_to_string(&file).unwrap();
        for given in [file.as_str(), text.trim()] {
            let (exit, told) = w.verify(given, &["--content", &w.path("content.json")]).unwrap();
            assert_eq!(exit, Exit::Done);
            for part in ["genuine", "This is a notification.", "2026-04-01T12:00:00Z", "to the letter"] {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
        let (_, without) = w.verify(&file, &[]).unwrap();
        assert!(without.contains("--content") && !without.contains("to the letter"));
    }

    #[test]
    fn the_same_json_written_otherwise_is_the_same_content_and_other_json_is_not() {
        let w = World::new(ReceiptStanding::Notification);
        let file = w.path("receipt.txt");
        w.write("pretty.json", b"{\n  \"postcode\": \"1234AB\",\n  \"number\": 12\n}\n");
        assert_eq!(w.verify(&file, &["--content", &w.path("pretty.json")]).unwrap().0, Exit::Done);
        w.write("other.json", br#"{"postcode":"1234AB","number":13}"#);
        let (exit, told) = w.verify(&file, &["--content", &w.path("other.json")]).unwrap();
        assert_eq!(exit, Exit::Found);
        assert!(told.contains("proves nothing") && told.contains("other content"), "{told}");
    }

    #[test]
    fn a_receipt_of_an_attempt_says_that_it_is_not_a_notification() {
        let w = World::new(ReceiptStanding::Attempt);
        let (exit, told) = w.verify(&w.path("receipt.txt"), &[]).unwrap();
        assert_eq!(exit, Exit::Done);
        assert!(told.contains("This is NOT a notification."), "{told}");
    }

    #[test]
    fn an_altered_receipt_and_a_foreign_key_set_prove_nothing() {
        let w = World::new(ReceiptStanding::Notification);
        let text = fs::read_to_string(w.path("receipt.txt")).unwrap();
        let altered = text.trim().replacen(".e", ".f", 1);
        assert_ne!(altered, text.trim());
        assert_eq!(w.verify(&altered, &[]).unwrap().0, Exit::Found);

        w.write("keys.json", br#"{"keys":[]}"#);
        let (exit, told) = w.verify(text.trim(), &[]).unwrap();
        assert_eq!(exit, Exit::Found);
        assert!(told.contains("not known"), "{told}");
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_of_the_input() {
        let w = World::new(ReceiptStanding::Notification);
        assert_eq!(w.verify("no-such-file", &[]).unwrap_err().code(), 2);
        assert_eq!(w.verify(&w.path("receipt.txt"), &["--content", "/no/such"]).unwrap_err().code(), 2);
        w.write("keys.json", b"not json");
        assert_eq!(w.verify(&w.path("receipt.txt"), &[]).unwrap_err().code(), 2);
    }
}
