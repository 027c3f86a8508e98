//! Builds a form from what was typed and what is wrong with it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fields::{Choice, Control, Field, Group, Part, Wrong};
use super::{Form, tree};
use crate::console::geography;
use crate::console::posted::Posted;
use crate::register::FieldError;
use crate::texts::Texts;

/// A form while it is being built.
pub struct Builder<'a> {
    /// The texts.
    pub t: &'a Texts,
    /// What was typed.
    pub values: &'a Posted,
    /// What is wrong, by the name of the field.
    faults: BTreeMap<String, &'a FieldError>,
    /// What ids begin with, where a page has several forms.
    prefix: &'static str,
    parts: Vec<Part>,
}

impl<'a> Builder<'a> {
    /// A form without fields.
    pub fn new(t: &'a Texts, values: &'a Posted, faults: &'a [FieldError]) -> Self {
        let faults = faults.iter().rev().map(|fault| (tree::field_of(&fault.pointer, values), fault)).collect();
        Self { t, values, faults, prefix: "", parts: Vec::new() }
    }

    /// One of several forms on a page: its ids begin with `prefix`.
    pub fn prefixed(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// The form, with what is wrong in the order of its fields.
    pub fn finish(mut self) -> Form {
        let mut wrong = Vec::new();
        let names: Vec<String> = self.fields().map(|field| field.name.clone()).collect();
        let faults = std::mem::take(&mut self.faults);
        let mut left: Vec<(String, &FieldError)> = faults.into_iter().collect();
        for name in names {
            // A fault of the whole (an address, a list) is told at its first field.
            let at =
                left.iter().position(|(of, _)| *of == name || name.starts_with(&format!("{of}.")) && !of.is_empty());
            let Some(at) = at else { continue };
            let (_, fault) = left.remove(at);
            let message = self.message(fault);
            if let Some(field) = self.fields_mut().find(|field| field.name == name) {
                let id = match &field.control {
                    Control::Radios(_) | Control::Checks(_) => format!("{}-0", field.id),
                    _ => field.id.clone(),
                };
                wrong.push(Wrong { id: Some(id), text: format!("{}: {message}", field.label) });
                field.error = Some(message);
            }
        }
        wrong.extend(left.iter().map(|(_, fault)| Wrong { id: None, text: self.message(fault) }));
        Form { parts: self.parts, wrong }
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(field) => Some(field),
            Part::Open(_) | Part::Close { .. } | Part::More { .. } => None,
        })
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.parts.iter_mut().filter_map(|part| match part {
            Part::Field(field) => Some(field),
            Part::Open(_) | Part::Close { .. } | Part::More { .. } => None,
        })
    }

    /// A fault in the language of the reader; without words of its own, that something is not right.
    fn message(&self, fault: &FieldError) -> String {
        self.t.or_else(&format!("fault.{}", fault.code), "fault.other").to_owned()
    }

    /// A field with this name; its words are found by the last part of the name.
    pub fn field(&mut self, name: &str, control: Control) -> &mut Self {
        let key = name.rsplit('.').next().unwrap_or(name);
        self.field_as(name, key, control)
    }

    /// A field whose words are found by `key`.
    pub fn field_as(&mut self, name: &str, key: &str, control: Control) -> &mut Self {
        let value = self.values.text(name).to_owned();
        let shown = match &control {
            Control::Date => value.parse::<NaiveDate>().ok().map(|day| self.t.plain_day(&day)),
            Control::Moment => Some(value.replace('T', " ")),
            Control::Text(_)
            | Control::Number
            | Control::Area
            | Control::Select(_)
            | Control::Radios(_)
            | Control::Checks(_)
            | Control::File
            | Control::Hidden => None,
        };
        self.parts.push(Part::Field(Field {
            id: format!("{}{}", self.prefix, name.replace('.', "-")),
            name: name.to_owned(),
            label: self.t.say(&format!("field.{key}")).to_owned(),
            hint: self.t.find(&format!("hint.{key}")).map(str::to_owned),
            value,
            shown,
            error: None,
            optional: false,
            autocomplete: "off",
            control,
        }));
        self
    }

    /// A field that is not shown.
    pub fn hidden(&mut self, name: &str, value: String) {
        self.field_as(name, "addressType", Control::Hidden);
        if let Some(Part::Field(field)) = self.parts.last_mut() {
            field.value = value;
            field.hint = None;
        }
    }

    /// The field that was added last may be left blank.
    pub fn optional(&mut self) -> &mut Self {
        if let Some(Part::Field(field)) = self.parts.last_mut() {
            field.optional = true;
        }
        self
    }

    /// A browser may fill the field that was added last by itself.
    pub fn autocomplete(&mut self, what: &'static str) -> &mut Self {
        if let Some(Part::Field(field)) = self.parts.last_mut() {
            field.autocomplete = what;
        }
        self
    }

    /// A line of text.
    pub fn text(&mut self, name: &str, width: u16) -> &mut Self {
        self.field(name, Control::Text(width))
    }

    /// A day.
    pub fn date(&mut self, name: &str) -> &mut Self {
        self.field(name, Control::Date)
    }

    /// One of a few, with words of the set `words`.
    pub fn radios(&mut self, name: &str, words: &str, values: &[&str]) -> &mut Self {
        let key = name.rsplit('.').next().unwrap_or(name).to_owned();
        self.radios_as(name, &key, words, values)
    }

    /// The same, with the words of the field found by `key`.
    pub fn radios_as(&mut self, name: &str, key: &str, words: &str, values: &[&str]) -> &mut Self {
        let choices = self.choices(name, words, values);
        self.field_as(name, key, Control::Radios(choices))
    }

    fn choices(&self, name: &str, words: &str, values: &[&str]) -> Vec<Choice> {
        let chosen = self.values.text(name);
        values
            .iter()
            .map(|value| Choice {
                label: self.t.word(words, value).to_owned(),
                chosen: *value == chosen,
                value: (*value).to_owned(),
            })
            .collect()
    }

    /// A file.
    pub fn file(&mut self, name: &str) -> &mut Self {
        self.field(name, Control::File)
    }

    /// A group of fields; `legend` is a key.
    pub fn group(&mut self, legend: &str, fields: impl FnOnce(&mut Self)) -> &mut Self {
        let group = Group {
            legend: self.t.say(legend).to_owned(),
            hint: self.t.find(&format!("{legend}Hint")).map(str::to_owned),
            class: "group".to_owned(),
            is_heading: true,
            chosen: true,
        };
        self.within(group, fields)
    }

    fn within(&mut self, group: Group, fields: impl FnOnce(&mut Self)) -> &mut Self {
        let fieldset = !group.legend.is_empty();
        self.parts.push(Part::Open(group));
        fields(self);
        self.parts.push(Part::Close { fieldset });
        self
    }

    /// As many groups as were filled or asked for, and a button that asks for one more.
    pub fn list(&mut self, name: &str, legend: &str, least: usize, each: impl Fn(&mut Self, &str)) -> &mut Self {
        let count = tree::length(self.values, name).max(least);
        for at in 0..count {
            let group = Group {
                legend: self.t.one(legend, at + 1),
                hint: None,
                class: "group".to_owned(),
                is_heading: true,
                chosen: true,
            };
            self.within(group, |form| each(form, &format!("{name}.{at}")));
        }
        self.parts
            .push(Part::More { name: format!("_more.{name}"), label: self.t.say(&format!("{legend}More")).to_owned() });
        self
    }

    /// A name of a person.
    pub fn person_name(&mut self, name: &str) -> &mut Self {
        self.text(&format!("{name}.given"), 40).autocomplete("given-name");
        self.text(&format!("{name}.prefix"), 10).optional();
        self.text(&format!("{name}.surname"), 40).autocomplete("family-name")
    }

    /// An address of one of these kinds. A single kind is not asked for.
    pub fn address(&mut self, name: &str, kinds: &[&'static str]) -> &mut Self {
        let kind_of = format!("{name}.type");
        match kinds {
            [only] => {
                self.hidden(&kind_of, (*only).to_owned());
                self.address_of(name, only);
                self
            }
            _ => self.variants(name, "addressType", kinds, |form, kind| form.address_of(name, kind)),
        }
    }

    /// A choice, with the fields of each kind of it. Those of the kinds that were not chosen do not count.
    pub fn variants(
        &mut self,
        name: &str,
        words: &str,
        kinds: &[&'static str],
        each: impl Fn(&mut Self, &str),
    ) -> &mut Self {
        let kind_of = format!("{name}.type");
        let choices = self.choices(&kind_of, words, kinds);
        let around =
            Group { legend: String::new(), hint: None, class: "variants".to_owned(), is_heading: false, chosen: true };
        self.within(around, |form| {
            form.field_as(&kind_of, words, Control::Radios(choices));
            for kind in kinds {
                let group = Group {
                    legend: form.t.word(words, kind).to_owned(),
                    hint: None,
                    class: format!("when when-{kind}"),
                    is_heading: false,
                    chosen: form.values.text(&kind_of) == *kind,
                };
                let before = form.parts.len();
                form.within(group, |form| each(form, kind));
                // A kind without fields of its own has no group.
                if form.parts.len() == before + 2 {
                    form.parts.truncate(before);
                }
            }
        })
    }

    /// One of a list of things, each with its value and what it is called.
    pub fn select(&mut self, name: &str, options: &[(String, String)]) -> &mut Self {
        let key = name.rsplit('.').next().unwrap_or(name).to_owned();
        self.select_as(name, &key, options)
    }

    /// The same, with the words of the field found by `key`.
    pub fn select_as(&mut self, name: &str, key: &str, options: &[(String, String)]) -> &mut Self {
        let chosen = self.values.text(name).to_owned();
        let choices = options
            .iter()
            .map(|(value, label)| Choice { value: value.clone(), label: label.clone(), chosen: *value == chosen })
            .collect();
        self.field_as(name, key, Control::Select(choices))
    }

    /// Any number of a list of things, each with its value and what it is called; none may be chosen.
    pub fn checks(&mut self, name: &str, options: &[(String, String)]) -> &mut Self {
        let key = name.rsplit('.').next().unwrap_or(name).to_owned();
        self.checks_as(name, &key, options)
    }

    /// The same, with the words of the field found by `key`.
    pub fn checks_as(&mut self, name: &str, key: &str, options: &[(String, String)]) -> &mut Self {
        let chosen = |at: usize, value: &str| self.values.text(&format!("{name}.{at}")) == value;
        let choices = options
            .iter()
            .enumerate()
            .map(|(at, (value, label))| Choice {
                value: value.clone(),
                label: label.clone(),
                chosen: chosen(at, value),
            })
            .collect();
        self.field_as(name, key, Control::Checks(choices)).optional()
    }

    fn address_of(&mut self, name: &str, kind: &str) {
        let at = |member: &str| format!("{name}.{kind}.{member}");
        match kind {
            "dutch" => {
                self.text(&at("street"), 40);
                self.field(&at("houseNumber"), Control::Number);
                self.text(&at("houseNumberSuffix"), 6).optional();
                self.text(&at("postcode"), 8);
                self.text(&at("city"), 40);
            }
            "location" => {
                self.text(&at("description"), 60).text(&at("municipality"), 40);
            }
            "noFixedAbode" => {
                self.text(&at("usualPlace"), 60).text(&at("municipality"), 40);
            }
            _ => {
                let chosen = self.values.text(&at("country")).to_owned();
                let choices = geography::countries(self.t.language)
                    .into_iter()
                    .filter(|(code, _)| *code != "NL")
                    .map(|(code, label)| Choice {
                        chosen: code == chosen,
                        value: code.to_owned(),
                        label: label.to_owned(),
                    })
                    .collect();
                self.field(&at("country"), Control::Select(choices));
                self.field(&at("lines"), Control::Area);
            }
        }
    }
}
