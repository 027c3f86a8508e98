//! What one must see before one answers: what the act is about, what one can choose from, what is filled in already.

use super::flow::Place;
use super::{Act, beside};
use crate::access::colleagues;
use crate::console::form::Line;
use crate::console::posted::Posted;
use crate::console::{facts, geography};
use crate::ids::{
    AccountId, MeasureId, MergeId, NoteId, RegistrationId, RepresentativeId, RightsRequestId, SupervisionFindingId,
    TransferId, VisitId,
};
use crate::measures::convictions;
use crate::register::Refusal;
use crate::register::around::transfer::{self, TransferView};
use crate::register::around::{notes, verification, visits};
use crate::register::identity::merge::{self, MergeView};
use crate::register::identity::{chain_number, representative};
use crate::register::view::{self, FactList, RegistrationView, Search};
use crate::rights::requests;
use crate::supervision::kept;
use crate::texts::Texts;
use crate::vocabulary::{Regime, VisitStatus};

/// How many of a kind one can choose from.
const MOST: i64 = 50;

/// What is known before somebody answers.
#[derive(Default)]
pub struct Known {
    /// The version of what it is about.
    pub version: i64,
    /// What it is about.
    pub about: Vec<Line>,
    /// What one can choose from.
    pub options: Vec<(String, String)>,
    /// What is filled in already.
    pub start: Posted,
    /// What the instrument of a risk assessment asks.
    pub instrument: Option<beside::Instrument>,
    /// How a conviction can have become known to whoever records it.
    pub channels: Vec<&'static str>,
}

impl Known {
    fn say(&mut self, t: &Texts, key: &str, answer: impl Into<String>) {
        let answer = answer.into();
        if !answer.is_empty() {
            self.about.push(Line { label: t.say(key).to_owned(), answer });
        }
    }

    /// Reads what must be known for the act at `place`. `file` is the file, where whoever acts can see it.
    ///
    /// # Errors
    /// Whatever keeps the reader from it; [`Refusal::NotFound`] when the thing it is about is not there.
    pub async fn read(place: &Place<'_>, t: &Texts, file: Option<&RegistrationView>) -> Result<Self, Refusal> {
        let (app, ctx, id) = (place.staff.app(), place.staff.ctx(), place.registration);
        let mut known = Self::default();
        match place.act {
            Act::PlanVisit => {
                let team = file.ok_or(Refusal::NotFound)?.team_id;
                known.options = named(colleagues::of_team(app, &ctx, team).await?);
            }
            Act::LogVisit => {
                let visit = visits::read(app, &ctx, id, place.one::<VisitId>()?).await?;
                known.version = visit.version;
                known.say(t, "around.plannedOn", t.plain_day(&visit.planned_on));
                known.say(t, "around.visitor", name_of(place, visit.officer_id).await?);
                known.say(t, "around.visitPurpose", visit.purpose.unwrap_or_default());
            }
            Act::LookAtFinding => {
                let finding = kept::read(app, &ctx, id, place.one::<SupervisionFindingId>()?).await?;
                known.version = finding.version;
                let lines =
                    [&finding.headline, &finding.explanation].map(|both| both.in_language(t.language).join(" "));
                known.say(t, "supervision.found", &lines[0]);
                known.say(t, "supervision.foundHow", &lines[1]);
                known.say(t, "supervision.foundOn", t.plain_day(&finding.found_on));
            }
            Act::VerifyAddress => known.of_home(place, t).await?,
            Act::CorrectNote => {
                let note = notes::read(app, &ctx, id, place.one::<NoteId>()?).await?;
                known.start.put("sensitive", note.sensitive.to_string());
                known.start.put("text", note.text.unwrap_or_default());
            }
            Act::AddNote => known.start.put("sensitive", "false"),
            Act::OfferTransfer => {
                let own = file.ok_or(Refusal::NotFound)?.team_id;
                let teams = colleagues::teams(app, &ctx).await?;
                known.options = named(teams.into_iter().filter(|(team, _)| *team != own));
            }
            Act::AnswerTransfer => {
                let wanted: TransferId = place.one()?;
                let offers = transfer::waiting_offers(app, &ctx, None, MOST).await?.items;
                let offer = offers.into_iter().find(|offer| offer.id == wanted && offer.registration_id == id);
                let offer = offer.ok_or(Refusal::NotFound)?;
                known.options = named(colleagues::of_team(app, &ctx, offer.to_team_id).await?);
                known.of_offer(place, t, &offer).await?;
            }
            Act::WithdrawTransfer => {
                let wanted: TransferId = place.one()?;
                let all = transfer::history(app, &ctx, id).await?.items;
                let offer = all.into_iter().find(|offer| offer.id == wanted).ok_or(Refusal::NotFound)?;
                known.of_offer(place, t, &offer).await?;
            }
            Act::EndRepresentative => {
                let wanted: RepresentativeId = place.one()?;
                let all = representative::list(app, &ctx, id).await?.items;
                let one = all.into_iter().find(|one| one.id == wanted).ok_or(Refusal::NotFound)?;
                known.version = one.version;
                known.say(t, "field.representativeName", one.details.name);
                known.say(t, "field.until", t.plain_day(&one.until));
            }
            Act::ReplaceChainNumber => {
                let numbers = chain_number::read(app, &ctx, id).await?;
                if let Some(skn) = numbers.skn {
                    known.start.put("replaces", skn.clone());
                    known.say(t, "identityPage.presentSkn", skn);
                }
            }
            Act::ProposeMerge => known.of_candidates(place, t, file.ok_or(Refusal::NotFound)?).await?,
            Act::DecideMerge | Act::ProposeSplit | Act::DecideSplit => {
                let wanted: MergeId = place.one()?;
                let all = merge::history(app, &ctx, id).await?.items;
                let merge = all.into_iter().find(|merge| merge.id == wanted).ok_or(Refusal::NotFound)?;
                known.of_merge(place, t, merge).await?;
            }
            Act::AssessRisk => {
                let born = file.ok_or(Refusal::NotFound)?.birth_date;
                let today = ctx.today(Regime::NlPilot.zone());
                let asked: String = place.one()?;
                let instrument = beside::Instrument::of(&app.measures, &asked, today)?;
                known.say(t, "beside.instrument", t.word("riskInstrument", instrument.code));
                known.start.put("assessedOn", today.to_string());
                if instrument.is_static() {
                    known.start.put("finding.age.bornOn", born.to_string());
                }
                if let [only] = instrument.versions.as_slice() {
                    known.start.put("version", only);
                }
                known.instrument = Some(instrument);
            }
            Act::AddConviction => {
                known.channels = convictions::channels(ctx.actor.role).map(|channel| channel.as_str()).collect();
                known.options = beside::countries(&app.measures.countries, t.language);
                known.start.put("receivedOn", ctx.today(Regime::NlPilot.zone()).to_string());
                if let [only] = known.channels.as_slice() {
                    known.start.put("channel", *only);
                }
            }
            Act::VerifyConviction => {
                let one = convictions::read(app, &ctx, id, place.one::<MeasureId>()?).await?;
                known.version = one.version;
                known.say(t, "field.convictionState", geography::country(t.language, &one.conviction.country));
                known.say(t, "field.judgmentOn", t.plain_day(&one.conviction.judgment_on));
                known.say(t, "field.provenance", one.conviction.provenance);
            }
            Act::ExtendRightsRequest | Act::DecideRightsRequest | Act::CarryOutRightsRequest | Act::LiftRestriction => {
                known.of_right(place, t).await?;
            }
            Act::AddContact
            | Act::RenewCode
            | Act::AddRepresentative
            | Act::RecordDeath
            | Act::CorrectDeath
            | Act::AddRightsRequest => {}
        }
        Ok(known)
    }

    async fn of_home(&mut self, place: &Place<'_>, t: &Texts) -> Result<(), Refusal> {
        let (app, ctx, id) = (place.staff.app(), place.staff.ctx(), place.registration);
        let (home, made) = rocket::tokio::try_join!(
            verification::home(app, &ctx, id, None, 1),
            visits::list(app, &ctx, id, None, MOST)
        )?;
        self.say(t, "around.home", home.address.map(|address| t.place(&address)).unwrap_or_default());
        self.start.put("on", ctx.today(Regime::NlPilot.zone()).to_string());
        let made = made.items.into_iter().filter(|visit| visit.status == VisitStatus::Done);
        self.options = made.map(|visit| (visit.id.to_string(), t.plain_day(&visit.planned_on))).collect();
        Ok(())
    }

    async fn of_offer(&mut self, place: &Place<'_>, t: &Texts, offer: &TransferView) -> Result<(), Refusal> {
        self.version = offer.version;
        let teams = colleagues::teams(place.staff.app(), &place.staff.ctx()).await?;
        let team = |wanted| teams.iter().find(|(team, _)| *team == wanted).map_or("", |(_, name)| name.as_str());
        self.say(t, "around.fromTeam", team(offer.from_team_id));
        self.say(t, "around.toTeam", team(offer.to_team_id));
        self.say(t, "around.offeredBy", name_of(place, offer.offered_by).await?);
        self.say(t, "around.why", offer.reason.clone());
        Ok(())
    }

    /// What the person asked, and what was decided on it.
    async fn of_right(&mut self, place: &Place<'_>, t: &Texts) -> Result<(), Refusal> {
        let wanted: RightsRequestId = place.one()?;
        let one = requests::read(place.staff.app(), &place.staff.ctx(), place.registration, wanted).await?;
        self.version = one.version;
        self.say(t, "field.rightsKind", t.word("rightsKind", one.kind));
        self.say(t, "rights.due", t.plain_day(&one.due));
        if let Some(content) = one.content {
            self.say(t, "field.rightsAbout", content.about);
            self.say(t, "field.rightsWanted", content.wanted.unwrap_or_default());
            if let Some(decision) = content.decision {
                self.say(t, "field.rightsOutcome", t.word("rightsOutcome", decision.outcome));
                self.say(t, "field.rightsReasons", decision.reasons);
            }
        }
        Ok(())
    }

    /// Others of nearly the same name, born on the same day: who may be the same person.
    async fn of_candidates(&mut self, place: &Place<'_>, t: &Texts, file: &RegistrationView) -> Result<(), Refusal> {
        let search = Search {
            surname: Some(file.name.surname.clone()).filter(|surname| surname.chars().count() >= 2),
            sounds_like: true,
            birth_date: Some(file.birth_date),
            ..Search::default()
        };
        let found = view::search(place.staff.app(), &place.staff.ctx(), search).await?;
        let others: Vec<_> = found.items.into_iter().filter(|other| other.id != file.id).collect();
        if let [only] = others.as_slice() {
            self.start.put("absorbedId", only.id.to_string());
        }
        for other in &others {
            self.say(t, "identityPage.candidate", format!("{} ({})", other.name.full(), other.id));
            let theirs = facts::choices(t, &facts_of(place, other.id).await?);
            // Of several candidates, whose fact it is must be seen.
            let whose = |line: String| if others.len() > 1 { format!("{}: {line}", other.id) } else { line };
            self.options.extend(theirs.into_iter().map(|(root, line)| (root, whose(line))));
        }
        Ok(())
    }

    async fn of_merge(&mut self, place: &Place<'_>, t: &Texts, merge: MergeView) -> Result<(), Refusal> {
        self.version = merge.version;
        self.say(t, "identityPage.otherRegistration", merge.absorbed_id.to_string());
        self.say(t, "around.proposedBy", name_of(place, merge.proposed_by).await?);
        self.say(t, "field.mergeReason", merge.reason);
        if !merge.leave_out.is_empty() {
            let theirs = facts_of(place, merge.absorbed_id).await?;
            for root in merge.leave_out {
                self.say(t, "field.leaveOut", facts::line_of(t, &theirs, root));
            }
        }
        if let Some(by) = merge.split_proposed_by {
            self.say(t, "identityPage.splitProposedBy", name_of(place, by).await?);
        }
        self.say(t, "identityPage.splitReason", merge.split_reason.unwrap_or_default());
        Ok(())
    }
}

/// The facts of another registration; none when whoever acts cannot see them.
async fn facts_of(place: &Place<'_>, registration: RegistrationId) -> Result<FactList, Refusal> {
    match view::facts(place.staff.app(), &place.staff.ctx(), registration).await {
        Err(Refusal::NotFound | Refusal::Forbidden(_)) => Ok(FactList { items: Vec::new() }),
        read => read,
    }
}

fn named<T: ToString>(all: impl IntoIterator<Item = (T, String)>) -> Vec<(String, String)> {
    all.into_iter().map(|(id, name)| (id.to_string(), name)).collect()
}

async fn name_of(place: &Place<'_>, id: AccountId) -> Result<String, Refusal> {
    let names = colleagues::names(place.staff.app(), &place.staff.ctx(), vec![id]).await?;
    Ok(names.into_values().next().unwrap_or_default())
}
