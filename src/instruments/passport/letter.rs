//! The letter of the prosecutor that asks for an entry, as plain data: pages of headings, paragraphs and fields. Whoever
//! makes a document of it lays it out and adds nothing.
//!
//! The letter holds what the model asks for: name, birth, nationality, parketnummer, officer, residence, ground, reasons.

use chrono::NaiveDate;
use law::LoadError;
use serde::{Deserialize, Serialize};

use super::check::{Article, Ground};
use super::step::words;
use crate::grounds::{Fault, Language, codes, read};

/// What the letter is filled in with. Texts are as the registers have them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LetterCase {
    /// The measure.
    pub article: Article,
    /// The grounds of article 18.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// The day of the letter.
    pub dated: NaiveDate,
    /// Surname, with prefix.
    pub surname: String,
    /// All forenames.
    pub forenames: String,
    /// Day of birth.
    #[serde(default)]
    pub birth_date: Option<NaiveDate>,
    /// Place and country of birth.
    pub birth_place: String,
    /// Nationality.
    pub nationality: String,
    /// Case number of the prosecution.
    pub parketnummer: String,
    /// The officer who asks.
    pub officer: String,
    /// The office of the officer.
    pub office: String,
    /// Where the person lives.
    #[serde(default)]
    pub residence: Option<Residence>,
    /// The convictions article 24(a) rests on, with both dates.
    #[serde(default)]
    pub convictions: Vec<LetterConviction>,
    /// Why the presumption is well-founded.
    pub reasons: String,
}

/// Where the person lives, in the four ways of the model.
#[expect(missing_docs, reason = "the members are described with the way")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportResidence)]
pub enum Residence {
    /// The last known address.
    LastAddress {
        #[schema(max_length = 500)]
        address: String,
    },
    /// The address of the BRP, while the person is moving abroad.
    MovingAbroad {
        #[schema(max_length = 500)]
        address: String,
    },
    /// A known address abroad.
    Abroad {
        #[schema(max_length = 500)]
        address: String,
    },
    /// Unknown.
    Unknown,
}

/// A conviction as the letter names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportLetterConviction)]
pub struct LetterConviction {
    /// The court, with its country.
    #[schema(max_length = 200)]
    pub court: String,
    /// The day on which the conviction became final.
    pub final_on: NaiveDate,
    /// The day of the offence; absent: unknown.
    #[serde(default)]
    pub offence_on: Option<NaiveDate>,
}

codes! {
    /// What keeps the letter from being written.
    pub enum LetterFault {
        /// It is not filled in.
        Required => "required",
        /// It is no case number of the prosecution.
        NotAParketnummer => "not_a_parketnummer",
        /// It lies after the day of the letter.
        AfterTheLetter => "after_the_letter",
        /// It belongs to the other article.
        OfOtherArticle => "of_other_article",
    }
}

/// A letter, ready to be laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterForm {
    /// The language of all its texts.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// What stands on it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[expect(missing_docs, reason = "the members are described with the part")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Block {
    /// A heading, level 1 or 2.
    Heading { level: u8, text: String },
    /// A paragraph.
    Paragraph { text: String },
    /// A label with what is filled in; empty where the signer fills it in.
    Field { label: String, value: String },
    /// A list to choose from, every choice shown.
    Choices { label: String, choices: Vec<Choice> },
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Its text.
    pub text: String,
    /// Whether it is ticked.
    pub chosen: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    title: String,
    to: String,
    request_18: String,
    request_24a: String,
    person: String,
    surname: String,
    forenames: String,
    birth_date: String,
    birth_place: String,
    nationality: String,
    case: String,
    parketnummer: String,
    officer: String,
    office: String,
    residence: String,
    last_address: String,
    moving_abroad: String,
    abroad: String,
    unknown: String,
    address: String,
    ground: String,
    ground_a: String,
    ground_b: String,
    ground_c: String,
    ground_24a: String,
    court: String,
    final_on: String,
    offence_on: String,
    offence_unknown: String,
    reasons: String,
    signature: String,
    dated: String,
    signed: String,
}

/// The texts of the letter in one language.
#[derive(Debug)]
pub struct LetterTexts {
    language: Language,
    texts: Texts,
}

impl LetterTexts {
    /// The texts that come with the program.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn embedded(language: Language) -> Result<Self, LoadError> {
        let texts = match language {
            Language::Nl => read("letters/nl.toml", include_str!("letters/nl.toml"))?,
            Language::En => read("letters/en.toml", include_str!("letters/en.toml"))?,
        };
        Ok(Self { language, texts })
    }
}

/// Writes the letter.
///
/// # Errors
/// Everything that is not filled in, or not as it should be.
pub fn letter(case: &LetterCase, texts: &LetterTexts) -> Result<LetterForm, Vec<Fault<LetterFault>>> {
    let LetterTexts { language, texts } = texts;
    let language = *language;
    let mut faults = case.faults();
    let parketnummer = parketnummer(&case.parketnummer);
    if parketnummer.is_none() && !case.parketnummer.trim().is_empty() {
        faults.push(Fault::new("parketnummer", LetterFault::NotAParketnummer));
    }
    let (Some(parketnummer), Some(birth_date), Some(residence), true) =
        (parketnummer, case.birth_date, &case.residence, faults.is_empty())
    else {
        return Err(faults);
    };
    let date = |day: NaiveDate| words().of(language).date(day);
    let request = match case.article {
        Article::Article18 => &texts.request_18,
        Article::Article24a => &texts.request_24a,
    };
    let mut first = vec![heading(1, &texts.title), paragraph(&texts.to), paragraph(request), heading(2, &texts.person)];
    first.extend([
        field(&texts.surname, &case.surname),
        field(&texts.forenames, &case.forenames),
        field(&texts.birth_date, &date(birth_date)),
        field(&texts.birth_place, &case.birth_place),
        field(&texts.nationality, &case.nationality),
        heading(2, &texts.case),
        field(&texts.parketnummer, &parketnummer),
        field(&texts.officer, &case.officer),
        field(&texts.office, &case.office),
    ]);
    first.extend(residence_blocks(residence, texts));
    let mut second = ground_blocks(case, texts, &date);
    second.extend([heading(2, &texts.reasons), paragraph(&case.reasons), heading(2, &texts.signature)]);
    second.extend([field(&texts.dated, &date(case.dated)), field(&texts.signed, "")]);
    Ok(LetterForm {
        language,
        title: texts.title.clone(),
        pages: vec![Page { blocks: first }, Page { blocks: second }],
    })
}

impl LetterCase {
    fn faults(&self) -> Vec<Fault<LetterFault>> {
        let texts = [
            ("surname", &self.surname),
            ("forenames", &self.forenames),
            ("birthPlace", &self.birth_place),
            ("nationality", &self.nationality),
            ("parketnummer", &self.parketnummer),
            ("officer", &self.officer),
            ("office", &self.office),
            ("reasons", &self.reasons),
        ];
        let empty = texts.iter().filter(|(_, text)| text.trim().is_empty());
        let mut faults: Vec<_> = empty.map(|(field, _)| Fault::new(*field, LetterFault::Required)).collect();
        match self.birth_date {
            None => faults.push(Fault::new("birthDate", LetterFault::Required)),
            Some(day) if day > self.dated => faults.push(Fault::new("birthDate", LetterFault::AfterTheLetter)),
            Some(_) => {}
        }
        match &self.residence {
            None => faults.push(Fault::new("residence", LetterFault::Required)),
            Some(
                Residence::LastAddress { address }
                | Residence::MovingAbroad { address }
                | Residence::Abroad { address },
            ) if address.trim().is_empty() => {
                faults.push(Fault::new("residence.address", LetterFault::Required));
            }
            Some(
                Residence::LastAddress { .. }
                | Residence::MovingAbroad { .. }
                | Residence::Abroad { .. }
                | Residence::Unknown,
            ) => {}
        }
        let (needed, other) = match self.article {
            Article::Article18 => (("grounds", self.grounds.is_empty()), ("convictions", self.convictions.is_empty())),
            Article::Article24a => (("convictions", self.convictions.is_empty()), ("grounds", self.grounds.is_empty())),
        };
        if needed.1 {
            faults.push(Fault::new(needed.0, LetterFault::Required));
        }
        if !other.1 {
            faults.push(Fault::new(other.0, LetterFault::OfOtherArticle));
        }
        for (i, conviction) in self.convictions.iter().enumerate() {
            if conviction.court.trim().is_empty() {
                faults.push(Fault::new(format!("convictions[{i}].court"), LetterFault::Required));
            }
            if conviction.final_on > self.dated {
                faults.push(Fault::new(format!("convictions[{i}].finalOn"), LetterFault::AfterTheLetter));
            }
        }
        faults
    }
}

/// A case number in the form `05/123456-22`, whichever sign stood between its parts.
fn parketnummer(text: &str) -> Option<String> {
    let (parket, rest) = digits(text.trim(), 2)?;
    let (number, rest) = digits(after_sign(rest), 6)?;
    let (year, rest) = digits(after_sign(rest), 2)?;
    rest.is_empty().then(|| format!("{parket}/{number}-{year}"))
}

fn digits(text: &str, n: usize) -> Option<(&str, &str)> {
    text.split_at_checked(n).filter(|(part, _)| part.chars().all(|c| c.is_ascii_digit()))
}

fn after_sign(text: &str) -> &str {
    text.strip_prefix(['-', '/', '.', ' ']).unwrap_or(text)
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.to_owned() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.to_owned() }
}

fn field(label: &str, value: &str) -> Block {
    Block::Field { label: label.to_owned(), value: value.to_owned() }
}

fn residence_blocks(residence: &Residence, texts: &Texts) -> Vec<Block> {
    let (at, address) = match residence {
        Residence::LastAddress { address } => (0, Some(address)),
        Residence::MovingAbroad { address } => (1, Some(address)),
        Residence::Abroad { address } => (2, Some(address)),
        Residence::Unknown => (3, None),
    };
    let ways = [&texts.last_address, &texts.moving_abroad, &texts.abroad, &texts.unknown];
    let choices = ways.iter().enumerate().map(|(i, text)| Choice { text: (*text).clone(), chosen: i == at }).collect();
    let list = Block::Choices { label: texts.residence.clone(), choices };
    std::iter::once(list).chain(address.map(|address| field(&texts.address, address))).collect()
}

fn ground_blocks(case: &LetterCase, texts: &Texts, date: &impl Fn(NaiveDate) -> String) -> Vec<Block> {
    let mut blocks = vec![heading(2, &texts.ground)];
    match case.article {
        Article::Article18 => {
            let grounds = [(Ground::A, &texts.ground_a), (Ground::B, &texts.ground_b), (Ground::C, &texts.ground_c)];
            let choice = |(ground, text): &(Ground, &String)| Choice {
                text: (*text).clone(),
                chosen: case.grounds.contains(ground),
            };
            let choices = grounds.iter().map(choice).collect();
            blocks.push(Block::Choices { label: texts.ground.clone(), choices });
        }
        Article::Article24a => {
            blocks.push(paragraph(&texts.ground_24a));
            for conviction in &case.convictions {
                let offence = conviction.offence_on.map_or_else(|| texts.offence_unknown.clone(), date);
                blocks.extend([
                    field(&texts.court, &conviction.court),
                    field(&texts.final_on, &date(conviction.final_on)),
                    field(&texts.offence_on, &offence),
                ]);
            }
        }
    }
    blocks
}
