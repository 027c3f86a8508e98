//! What the settings for messages and letters must be.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;

use super::Check;
use crate::config::{LetterRoute, LetterTransport, Letters, Mail, MailRoute, MailTls, MailTransport, Smtp, YesNo};
use crate::notify::MailFace;
use crate::notify::letter::ReturnAddress;
use crate::notify::reminder::Wording;
use crate::vocabulary::Role;

impl Check {
    pub(super) fn mail(&mut self, public_url: Option<&str>) -> Option<Mail> {
        let from = self.parsed::<Mailbox>("mail.from", "an address, such as `Name <name@example.org>`");
        if let Some(Err(error)) = from.as_ref().map(|from| MailFace::parse(&from.to_string())) {
            return self.fault("mail.from", &error.to_string(), "Choose a sender that tells a stranger nothing.");
        }
        let (link, help_line) = (self.text("mail.link")?, self.text("mail.help_line")?);
        let link = if link.is_empty() { public_url?.to_owned() } else { link };
        if let Err(error) = Wording::new(&link, "") {
            return self.fault("mail.link", &error.to_string(), "Name a page whose address tells a stranger nothing.");
        }
        if let Err(error) = Wording::new("", &help_line) {
            return self.fault("mail.help_line", &error.to_string(), "Write a telephone number, or leave it empty.");
        }
        let mut authorities = Vec::new();
        for (role, key) in [(Role::OmOfficer, "mail.prosecution_mailbox"), (Role::Aice, "mail.execution_mailbox")] {
            if !self.text(key)?.is_empty() {
                let mailbox = self.parsed::<Mailbox>(key, "an address, such as `name@example.org`")?;
                authorities.push((role, mailbox));
            }
        }
        let bounces = Some(self.text("mail.bounces")?).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let route = match self.word("mail.transport", MailTransport::ALL)? {
            MailTransport::Files => self.folder("mail.folder").map(MailRoute::Files),
            MailTransport::Smtp => self.smtp().map(MailRoute::Smtp),
        };
        Some(Mail { from: from?, link, help_line, authorities, bounces, route: route? })
    }

    pub(super) fn letters(&mut self) -> Option<Letters> {
        const KEY: &str = "letters.return_address";
        let return_address = self.text(KEY)?;
        if let Err(error) = ReturnAddress::parse(&return_address) {
            return self.fault(
                KEY,
                &error.to_string(),
                "Write one line that tells a stranger nothing, or leave it empty.",
            );
        }
        let route = match self.word("letters.transport", LetterTransport::ALL)? {
            LetterTransport::None => Some(LetterRoute::None),
            LetterTransport::Files => self.folder("letters.folder").map(LetterRoute::Files),
        };
        Some(Letters { return_address, route: route? })
    }

    fn smtp(&mut self) -> Option<Smtp> {
        let host = self.filled("mail.host", "Name the mail server, or set mail.transport to \"files\".");
        let port = self.number("mail.port", 1..=65_535);
        let tls = self.word("mail.tls", MailTls::ALL);
        let receipts = self.word("mail.receipts", YesNo::ALL);
        let timeout = self.number("mail.timeout_s", 1..=120);
        let user = self.text("mail.user");
        let password = self.secret("mail.password", "mail.password_file");
        let (user, password) = (user?, password?);
        if user.is_empty() != password.is_empty() {
            return self.fault(
                "mail.user",
                "a user name and a password belong together and one of them is missing",
                "Set mail.user and one of mail.password and mail.password_file, or none of them.",
            );
        }
        let credentials = Some((user, SecretString::from(password))).filter(|(user, _)| !user.is_empty());
        if tls == Some(MailTls::None) && credentials.is_some() {
            return self.fault(
                "mail.tls",
                "the password would travel in the clear",
                "Set it to \"starttls\" or \"tls\", or leave user and password empty.",
            );
        }
        let (receipts, timeout) = (receipts? == YesNo::Yes, Duration::from_secs(timeout?));
        Some(Smtp { host: host?, port: port?, tls: tls?, credentials, receipts, timeout })
    }
}
