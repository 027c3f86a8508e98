//! The text of a notice to an authority: that something waits in the system, a link and a reference. In Dutch and in
//! English at once, because a mailbox has no language of its own.

use askama::Template;

use super::reminder::{Rendered, Wording};

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Notice<'a> {
    link: &'a str,
    help_nl: &'a str,
    help_en: &'a str,
    reference: &'a str,
}

impl Wording {
    /// The notice that something waits under this reference.
    ///
    /// # Errors
    /// Never for a template that compiled; the template engine cannot promise it.
    pub fn notice(&self, reference: &str) -> Result<Rendered, askama::Error> {
        let text = Notice { link: &self.link, help_nl: &self.help_nl, help_en: &self.help_en, reference }.render()?;
        Ok(Rendered { subject: format!("Bericht / message {reference}"), text })
    }
}

#[cfg(test)]
mod tests {
    use super::super::neutral::telling_word;
    use super::*;

    #[test]
    fn it_carries_the_link_and_the_reference_and_tells_nothing() {
        for help in ["", "088 000 00 00"] {
            let wording = Wording::new("https://berichten.example.nl/", help).expect("neutral");
            let Rendered { subject, text } = wording.notice("4F6F-0F0B-1C11").expect("a text");
            for part in ["4F6F-0F0B-1C11", "https://berichten.example.nl/", help] {
                assert!(text.contains(part), "{part} in {text}");
            }
            assert!(subject.contains("4F6F-0F0B-1C11") && !text.contains('{'));
            assert_eq!(telling_word(&format!("{subject}\n{text}")), None, "{text}");
        }
    }
}
