//! The case on paper, in Dutch: as tagged PDF, with what makes it possible to check it.

use chrono_tz::Tz;

use super::ReferredCase;
use crate::letters::{self, Definition, Letter, LetterError, Part, Table};
use crate::register::Refusal;
use crate::register::input::PersonName;
use crate::texts::{Texts, texts};
use crate::vocabulary::Language;

/// What stands for a character that the typeface does not have.
const NO_GLYPH: char = '?';

/// The case as PDF.
///
/// # Errors
/// [`Refusal::Rules`] when it cannot be laid out.
pub(super) fn pdf(case: &ReferredCase, zone: Tz) -> Result<Vec<u8>, Refusal> {
    let mut letter = laid_out(case, texts(Language::Nl), zone);
    loop {
        match letters::pdf(&letter) {
            Ok(bytes) => return Ok(bytes),
            // People write what they like: the case for machines has it to the letter.
            Err(LetterError::NoGlyph(missing)) if missing != NO_GLYPH => replace(&mut letter, missing),
            Err(error) => return Err(Refusal::Rules(format!("the case on paper: {error}"))),
        }
    }
}

fn laid_out(case: &ReferredCase, t: &Texts, zone: Tz) -> Letter {
    let mut parts = vec![Part::Paragraph(t.say("bundle.what").to_owned()), Part::Definitions(summary(case, t, zone))];
    let mut section = |title: &str, part: Part| parts.extend([Part::Heading(t.say(title).to_owned()), part]);
    section("bundle.why", Part::Paragraph(case.flag.duty.explanation.nl.join("\n")));
    section("bundle.search", Part::Paragraph(search(case, t, zone)));
    section("bundle.notifications", notifications(case, t, zone));
    section("bundle.attempts", attempts(case, t, zone));
    section("bundle.reminders", reminders(case, t, zone));
    // What speaks for the person stands on paper as well.
    section("flag.outages", outages(case, t, zone));
    if !case.flag.custody.is_empty() {
        section("bundle.custody", custody(case, t));
    }
    section("bundle.steps", steps(case, t, zone));
    section("bundle.check", Part::Paragraph(t.say("bundle.how").to_owned()));
    Letter {
        title: t.one("bundle.title", case.flag.summary.id),
        language: "nl".to_owned(),
        addressee: Vec::new(),
        parts,
    }
}

fn summary(case: &ReferredCase, t: &Texts, zone: Tz) -> Vec<Definition> {
    let flag = &case.flag;
    let line = |term: &str, text: String| Definition { term: t.say(term).to_owned(), text };
    let others: Vec<String> = case.person.other_names.iter().map(full).collect();
    let mut lines = vec![
        line("bundle.name", full(&case.person.name)),
        line("bundle.birthDate", t.plain_day(&case.person.birth_date)),
        line("bundle.registration", flag.summary.registration_id.to_string()),
        line("bundle.duty", t.word("dutyKind", flag.duty_kind).to_owned()),
        line("bundle.provision", flag.duty.citation.clone()),
        line("bundle.trigger", t.plain_day(&flag.duty.trigger)),
        line("bundle.lastDay", t.day_or_none(&flag.duty.overdue_after)),
        line("bundle.firstFailureDay", t.plain_day(&flag.summary.first_failure_day)),
        line("bundle.whereabouts", t.word("physicalStatus", flag.physical_status_on_last_day).to_owned()),
        line("bundle.madeAt", t.moment(&case.made_at, zone)),
    ];
    if !others.is_empty() {
        lines.insert(1, line("bundle.otherNames", others.join("; ")));
    }
    lines
}

fn full(name: &PersonName) -> String {
    let parts = [Some(&name.given), name.prefix.as_ref(), Some(&name.surname)];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
}

fn search(case: &ReferredCase, t: &Texts, zone: Tz) -> String {
    let search = &case.search;
    let asked = t.two("bundle.searched", t.moment(&search.searched_at, zone), t.word("dutyKind", search.kind));
    let since = t.one("bundle.searchedFrom", t.plain_day(&search.from));
    let found = match search.found.len() {
        0 => t.say("bundle.foundNone").to_owned(),
        found => t.count("bundle.found", found),
    };
    format!("{asked} {since} {found}")
}

/// A table, or a line where there is nothing to put in it.
fn table(t: &Texts, title: &str, header: &[&str], rows: Vec<Vec<String>>) -> Part {
    if rows.is_empty() {
        return Part::Paragraph(t.say("bundle.nothing").to_owned());
    }
    let header = header.iter().map(|column| t.say(column).to_owned()).collect();
    Part::Table(Table { summary: t.say(title).to_owned(), header, rows })
}

fn notifications(case: &ReferredCase, t: &Texts, zone: Tz) -> Part {
    let rows = case.flag.notifications.iter().map(|given| {
        vec![
            t.word("dutyKind", given.kind).to_owned(),
            t.moment(&given.received_at, zone),
            t.word("channel", given.channel).to_owned(),
            t.word("notificationState", given.state).to_owned(),
        ]
    });
    let header = ["bundle.kind", "bundle.received", "bundle.way", "bundle.state"];
    table(t, "bundle.notifications", &header, rows.collect())
}

fn attempts(case: &ReferredCase, t: &Texts, zone: Tz) -> Part {
    let rows = case.flag.attempts.iter().map(|tried| {
        vec![
            t.moment(&tried.occurred_at, zone),
            t.word("attemptKind", tried.kind).to_owned(),
            t.word("channel", tried.channel).to_owned(),
            tried.note.clone().unwrap_or_else(|| tried.fields.join(", ")),
        ]
    });
    let header = ["bundle.when", "bundle.happened", "bundle.way", "bundle.particulars"];
    table(t, "bundle.attempts", &header, rows.collect())
}

fn reminders(case: &ReferredCase, t: &Texts, zone: Tz) -> Part {
    let rows = case.flag.reminders.iter().map(|reminder| {
        let proof = reminder.delivered_at.or(reminder.handed_over_at);
        vec![
            t.plain_day(&reminder.planned_on),
            t.word("deliveryChannel", reminder.channel).to_owned(),
            t.word("outboxState", reminder.state).to_owned(),
            proof.map_or_else(String::new, |at| t.moment(&at, zone)),
        ]
    });
    let header = ["bundle.planned", "bundle.way", "bundle.state", "bundle.when"];
    table(t, "bundle.reminders", &header, rows.collect())
}

fn outages(case: &ReferredCase, t: &Texts, zone: Tz) -> Part {
    if case.flag.outages.is_empty() {
        return Part::Paragraph(t.say("flag.noOutages").to_owned());
    }
    let rows = case.flag.outages.iter().map(|outage| {
        let ended = outage.ended_at.map_or_else(String::new, |at| t.moment(&at, zone));
        vec![t.moment(&outage.started_at, zone), ended, outage.cause.clone()]
    });
    table(t, "flag.outages", &["bundle.from", "bundle.until", "bundle.particulars"], rows.collect())
}

fn custody(case: &ReferredCase, t: &Texts) -> Part {
    let rows = case.flag.custody.iter().map(|spell| vec![t.plain_day(&spell.from), t.day_or_none(&spell.until)]);
    table(t, "bundle.custody", &["bundle.from", "bundle.until"], rows.collect())
}

fn steps(case: &ReferredCase, t: &Texts, zone: Tz) -> Part {
    let rows = case.steps.iter().map(|step| {
        let words = [step.reason.as_deref(), step.evidence.as_deref()];
        vec![
            t.moment(&step.at, zone),
            t.word("flagStep", step.kind).to_owned(),
            step.outcome.map_or_else(String::new, |outcome| t.word("flagOutcome", outcome).to_owned()),
            words.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        ]
    });
    let header = ["bundle.when", "bundle.step", "bundle.outcome", "bundle.reason"];
    table(t, "bundle.steps", &header, rows.collect())
}

fn replace(letter: &mut Letter, missing: char) {
    let mend = |text: &mut String| *text = text.replace(missing, &NO_GLYPH.to_string());
    for part in &mut letter.parts {
        match part {
            Part::Heading(text) | Part::Paragraph(text) => mend(text),
            Part::Definitions(lines) => lines.iter_mut().for_each(|line| mend(&mut line.text)),
            Part::Table(table) => table.rows.iter_mut().flatten().for_each(mend),
            Part::Choices { choices, .. } => choices.iter_mut().for_each(|choice| mend(&mut choice.text)),
            Part::PageBreak => {}
        }
    }
}
