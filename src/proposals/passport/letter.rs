//! The letter of the prosecutor, in the layout of the model: exactly its fields, as tagged PDF.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Article, Kept, PassportDraft, find};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{ProposalId, RegistrationId};
use crate::instruments::grounds::{Fault, Language};
use crate::instruments::passport::{
    LetterBlock, LetterCase, LetterConviction, LetterFault, LetterForm, Residence, letter as written,
};
use crate::letters::{Choice, Definition, Letter, Part, pdf};
use crate::proposals::ProposalRules;
use crate::proposals::record::Chain;
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::file::{self, File};
use crate::register::view::StoredNames;
use crate::register::{FieldError, Refusal};
use crate::store::Conn;

/// What the letter needs besides the facts. The name and the day of birth are those of the file where they are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LetterParticulars {
    /// Surname, with prefix.
    #[schema(max_length = 200)]
    pub surname: Option<String>,
    /// All forenames.
    #[schema(max_length = 200)]
    pub forenames: Option<String>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Place and country of birth.
    #[schema(max_length = 200)]
    pub birth_place: String,
    /// Nationality.
    #[schema(max_length = 100)]
    pub nationality: String,
    /// Case number of the prosecution.
    #[schema(max_length = 30, example = "05/123456-22")]
    pub parketnummer: String,
    /// The officer who asks.
    #[schema(max_length = 200)]
    pub officer: String,
    /// The office of the officer.
    #[schema(max_length = 200)]
    pub office: String,
    /// Where the person lives, in one of the four ways of the model.
    pub residence: Option<Residence>,
    /// The convictions article 24(a) rests on, with both dates.
    #[schema(max_items = 50)]
    pub convictions: Vec<LetterConviction>,
}

/// The letter of a proposal, as PDF.
///
/// # Errors
/// [`Refusal::Blocked`] with everything that is not filled in.
pub async fn letter(app: &App, ctx: &Ctx, registration: RegistrationId, id: ProposalId) -> Result<Vec<u8>, Refusal> {
    let deed = Deed::on(Action::PassportProposalRead, ObjectRef::proposal(id), registration).with_fields(&["letter"]);
    let proposals = app.proposals.clone();
    let form = frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let chain: Chain<Kept> = find(conn, opened, id)?;
        let on = chain.first_day_of("requested").unwrap_or(opened.today);
        let case = case(chain.content()?, on, opened, conn)?;
        written(&case, &proposals.letter).map_err(|faults| Refusal::Blocked(faults.iter().map(told).collect()))
    })
    .await?;
    pdf(&laid_out(&form)).map_err(|_| Refusal::Conflict {
        code: "letter_not_writable",
        detail: "A character of the letter cannot be written in its typeface.",
    })
}

/// What keeps the letter from being written on a day.
pub(super) fn faults(
    draft: &PassportDraft,
    on: NaiveDate,
    proposals: &ProposalRules,
    opened: &Opened<'_>,
    conn: &mut Conn,
) -> Result<Vec<FieldError>, Refusal> {
    let case = case(draft, on, opened, conn)?;
    Ok(written(&case, &proposals.letter).err().unwrap_or_default().iter().map(told).collect())
}

fn case(draft: &PassportDraft, on: NaiveDate, opened: &Opened<'_>, conn: &mut Conn) -> Result<LetterCase, Refusal> {
    let file = File::load(conn, opened.registration.id)?;
    let person = &file.person;
    let names: StoredNames = opened.strongbox().open("persons", "names_enc", person.id.as_str(), &person.names_enc)?;
    let born = file::birth_date(person, opened.strongbox())?;
    let letter = &draft.letter;
    let surname = names.name.prefix.iter().chain([&names.name.surname]).cloned().collect::<Vec<_>>().join(" ");
    let reasons = match draft.article {
        Article::Article18 => &draft.situation.evasion_reasons,
        Article::Article24a => &draft.situation.repetition_reasons,
    };
    Ok(LetterCase {
        article: draft.article,
        grounds: draft.grounds.clone(),
        dated: on,
        surname: letter.surname.clone().unwrap_or(surname),
        forenames: letter.forenames.clone().unwrap_or(names.name.given),
        birth_date: Some(letter.birth_date.unwrap_or(born)),
        birth_place: letter.birth_place.clone(),
        nationality: letter.nationality.clone(),
        parketnummer: letter.parketnummer.clone(),
        officer: letter.officer.clone(),
        office: letter.office.clone(),
        residence: letter.residence.clone(),
        convictions: letter.convictions.clone(),
        reasons: reasons.clone().unwrap_or_default(),
    })
}

fn told(fault: &Fault<LetterFault>) -> FieldError {
    let detail = match fault.code {
        LetterFault::Required => "The letter needs this.",
        LetterFault::NotAParketnummer => "This is no case number of the prosecution, such as 05/123456-22.",
        LetterFault::AfterTheLetter => "This day lies after the day of the letter.",
        LetterFault::OfOtherArticle => "This belongs to the other article.",
    };
    let path = fault.field.replace(['.', '['], "/").replace(']', "");
    let pointer = match path.as_str() {
        "reasons" => "/content/situation".to_owned(),
        "grounds" => "/content/grounds".to_owned(),
        _ => format!("/content/letter/{path}"),
    };
    FieldError::new(pointer, fault.code.as_str(), detail)
}

/// The form as a letter: nothing is added to it.
fn laid_out(form: &LetterForm) -> Letter {
    let mut parts = Vec::new();
    for (number, page) in form.pages.iter().enumerate() {
        if number > 0 {
            parts.push(Part::PageBreak);
        }
        for block in &page.blocks {
            match block {
                // The title is the first heading of a letter.
                LetterBlock::Heading { level: 1, .. } => {}
                LetterBlock::Heading { text, .. } => parts.push(Part::Heading(text.clone())),
                LetterBlock::Paragraph { text } => parts.push(Part::Paragraph(text.clone())),
                LetterBlock::Field { label, value } => {
                    let field = Definition { term: label.clone(), text: value.clone() };
                    match parts.last_mut() {
                        Some(Part::Definitions(fields)) => fields.push(field),
                        Some(_) | None => parts.push(Part::Definitions(vec![field])),
                    }
                }
                LetterBlock::Choices { label, choices } => {
                    let choices =
                        choices.iter().map(|choice| Choice { text: choice.text.clone(), chosen: choice.chosen });
                    parts.push(Part::Choices { label: label.clone(), choices: choices.collect() });
                }
            }
        }
    }
    Letter { title: form.title.clone(), language: language(form).to_owned(), addressee: Vec::new(), parts }
}

const fn language(form: &LetterForm) -> &'static str {
    match form.language {
        Language::Nl => "nl",
        Language::En => "en",
    }
}
