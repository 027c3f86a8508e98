//! `/console/figures`: the tables that were issued last, each figure leading to the list of files behind it, each of those
//! to the person's page. Never for an evaluator.

use std::collections::HashMap;

use askama::Template;
use form_urlencoded::Serializer;
use rocket::get;

use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::evaluation::behind::{
    self, Asked, ContributionPage, ContributionView, FigureTable, FigureTables, TableName,
};
use crate::ids::{PersonId, RegistrationId};
use crate::register::input::PersonName;
use crate::register::{Refusal, view};
use crate::statistics::catalogue::definition::{Category, Dimension, Text};
use crate::texts::Texts;
use crate::vocabulary::Language;

const PLACE: &str = "/console/figures";
/// People on a page of a list.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "evaluation/figures.html")]
struct IndexPage {
    page: Page,
    found: Option<FigureTables>,
}

impl IndexPage {
    fn is_quarter(&self, quarter: &str) -> bool {
        self.found.as_ref().is_some_and(|found| found.quarter == quarter)
    }

    fn title(&self, table: &TableName) -> String {
        title(table, self.page.t)
    }

    fn link(&self, table: &TableName) -> String {
        let quarter = self.found.as_ref().map(|found| found.quarter.as_str()).unwrap_or_default();
        format!("{PLACE}/table?{}", query(&[("table", &table.id), ("quarter", quarter)]))
    }
}

#[derive(Template)]
#[template(path = "evaluation/figure_table.html")]
struct TablePage {
    page: Page,
    table: FigureTable,
}

impl TablePage {
    fn text(&self, text: &Text) -> &'static str {
        in_words(*text, self.page.t)
    }

    fn name<'a>(&self, category: &'a Category) -> &'a str {
        name(category, self.page.t)
    }

    /// The figures of a row, each with its column.
    fn figures(&self, row: &usize) -> impl Iterator<Item = (&Category, Option<u64>)> {
        self.table.of_row(*row)
    }

    fn link(&self, row: &Category, column: &Category) -> String {
        address(&self.table.name.id, &self.table.quarter, &row.code, &column.code)
    }
}

#[derive(Template)]
#[template(path = "evaluation/figure_files.html")]
struct FilesPage {
    page: Page,
    title: String,
    quarter: String,
    /// Row and column, in words.
    place: (String, String),
    found: ContributionPage,
    names: HashMap<RegistrationId, PersonName>,
    back: String,
    more: Option<String>,
}

impl FilesPage {
    fn name(&self, item: &ContributionView) -> String {
        self.names
            .get(&item.registration_id)
            .map_or_else(|| self.page.t.say("figure.noName").to_owned(), PersonName::full)
    }
}

#[get("/figures?<quarter>")]
pub async fn index(staff: Staff<'_>, quarter: Option<&str>) -> Shown {
    let found = behind::tables(staff.app(), &staff.ctx(), quarter.map(str::to_owned)).await?;
    Answer::page(&IndexPage { page: Page::of(&staff, PLACE, "figure.title"), found })
}

#[get("/figures/table?<table>&<quarter>")]
pub async fn table(staff: Staff<'_>, table: &str, quarter: &str) -> Shown {
    let table = behind::table(staff.app(), &staff.ctx(), table.to_owned(), quarter.to_owned()).await?;
    let page = Page::of(&staff, PLACE, "figure.title");
    let page = Page { title: title(&table.name, page.t), path: of_table(&table), ..page };
    Answer::page(&TablePage { page, table })
}

#[get("/figures/files?<table>&<quarter>&<row>&<column>&<after>")]
pub async fn files(
    staff: Staff<'_>,
    table: &str,
    quarter: &str,
    row: &str,
    column: &str,
    after: Option<&str>,
) -> Shown {
    let (app, ctx) = (staff.app(), staff.ctx());
    let after: Option<PersonId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let of = behind::table(app, &ctx, table.to_owned(), quarter.to_owned()).await?;
    let asked = Asked {
        table: table.to_owned(),
        quarter: quarter.to_owned(),
        row: row.to_owned(),
        column: column.to_owned(),
        after,
        limit: SHOWN,
    };
    let found = match behind::contributions(app, &ctx, asked).await {
        // The address names no figure: on a page there is no form to mend it in.
        Err(Refusal::Invalid(_)) => return Err(Refusal::NotFound.into()),
        found => found?,
    };
    let listed = found.items.iter().map(|item| item.registration_id).collect();
    let names = view::file_names(app, &ctx, listed).await?;
    let here = address(table, quarter, row, column);
    let page = Page::of(&staff, PLACE, "figure.listTitle");
    let named = |dimension: &Dimension, code: &str| {
        dimension.categories.iter().find(|it| it.code == code).map(|it| name(it, page.t).to_owned()).unwrap_or_default()
    };
    let place = (named(&of.rows, row), named(&of.columns, column));
    Answer::page(&FilesPage {
        title: title(&of.name, page.t),
        place,
        back: of_table(&of),
        more: found.next.map(|next| format!("{here}&after={next}")),
        page: Page { path: here, ..page },
        quarter: of.quarter,
        found,
        names,
    })
}

fn of_table(table: &FigureTable) -> String {
    format!("{PLACE}/table?{}", query(&[("table", &table.name.id), ("quarter", &table.quarter)]))
}

fn address(table: &str, quarter: &str, row: &str, column: &str) -> String {
    format!("{PLACE}/files?{}", query(&[("table", table), ("quarter", quarter), ("row", row), ("column", column)]))
}

/// A query; names of teams and offences may hold anything.
fn query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn title(table: &TableName, t: &Texts) -> String {
    let across = match t.language {
        Language::Nl => &table.across.0,
        Language::En => &table.across.1,
    };
    t.two("figure.titled", in_words(table.title, t), across.to_lowercase())
}

const fn in_words(text: Text, t: &Texts) -> &'static str {
    match t.language {
        Language::Nl => text.nl,
        Language::En => text.en,
    }
}

fn name<'a>(category: &'a Category, t: &Texts) -> &'a str {
    match t.language {
        Language::Nl => &category.nl,
        Language::En => &category.en,
    }
}
