//! What the settings for messages and letters must be.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};

use super::Check;
use crate::config::{
    LetterRoute, LetterTransport, Letters, Mail, MailRoute, MailTls, MailTransport, Mode, Smtp, YesNo,
};
use crate::events::address::Network;
use crate::notify::letter::ReturnAddress;
use crate::notify::reminder::Wording;
use crate::notify::{MailFace, ServiceSettings};
use crate::vocabulary::Role;

impl Check {
    pub(super) fn mail(&mut self, public_url: Option<&str>, service: Option<&ServiceSettings>) -> Option<Mail> {
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
            MailTransport::Notify => service.cloned().map(MailRoute::Notify),
        };
        Some(Mail { from: from?, link, help_line, authorities, bounces, route: route? })
    }

    pub(super) fn letters(&mut self, service: Option<&ServiceSettings>) -> Option<Letters> {
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
            LetterTransport::Notify => service.cloned().map(LetterRoute::Notify),
        };
        Some(Letters { return_address, route: route? })
    }

    /// The service that sends for others, where a transport names it.
    pub(super) fn service(&mut self, mode: Option<Mode>, networks: &[Network]) -> Option<ServiceSettings> {
        let named = |check: &mut Self, key: &str| check.text(key).is_some_and(|transport| transport == "notify");
        let (mail, letters) = (named(self, "mail.transport"), named(self, "letters.transport"));
        if !mail && !letters {
            return None;
        }
        let url = self.service_url(mode);
        let key = self.service_key();
        let template = match mail {
            true => self.filled("notify.template", "Write the id of the template of e-mails."),
            false => Some(String::new()),
        };
        let timeout = self.number("notify.timeout_s", 1..=60);
        let (account, secret) = key?;
        Some(ServiceSettings {
            url: url?,
            account,
            secret,
            template: template?,
            networks: networks.to_vec(),
            timeout: Duration::from_secs(timeout?),
        })
    }

    fn service_url(&mut self, mode: Option<Mode>) -> Option<String> {
        const KEY: &str = "notify.url";
        let url = self.filled(KEY, "Write the address of the service, such as https://HOST.")?;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let sound = host
            .is_some_and(|host| !host.is_empty() && host.chars().all(|c| c.is_ascii_graphic() && !"?#@".contains(c)));
        if !sound || url.ends_with('/') {
            return self.fault(KEY, "it is not the URL of a server", "Write https://HOST, without a slash at the end.");
        }
        if mode == Some(Mode::Production) && !url.starts_with("https://") {
            return self.fault(KEY, "in production it must begin with https://", "Write the address with https.");
        }
        Some(url)
    }

    /// A key is its name, the id of the account and the secret, each id of 36 characters, with dashes between them.
    fn service_key(&mut self) -> Option<(String, SecretString)> {
        let key = self.secret("notify.api_key", "notify.api_key_file")?;
        let split = key.len().checked_sub(36).and_then(|at| key.split_at_checked(at));
        let parts = split.and_then(|(head, secret)| {
            let head = head.strip_suffix('-')?;
            let account = head.get(head.len().checked_sub(36)?..)?;
            Some((account.to_owned(), SecretString::from(secret.to_owned())))
        });
        if parts.is_none() {
            return self.fault(
                "notify.api_key",
                "it is not a key of such a service",
                "Write it as the service shows it: NAME-ID-SECRET.",
            );
        }
        parts
    }

    /// The token of call-backs; nothing when there is none.
    pub(super) fn callback_token(&mut self) -> Option<Option<SecretString>> {
        let token = self.secret("notify.callback_token", "notify.callback_token_file")?;
        if !token.is_empty() && token.len() < 24 {
            return self.fault("notify.callback_token", "it can be guessed", "Take 24 random characters or more.");
        }
        Some(Some(SecretString::from(token)).filter(|token| !token.expose_secret().is_empty()))
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
