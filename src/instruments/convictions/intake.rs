//! Whether a conviction from abroad may come in, whether it is verified, and what it could carry.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::profile::ConvictionRules;
use super::step::Step;
use crate::countries::Countries;
use crate::grounds::{Fault, Versions, codes};
use crate::offences::{self, Catalogue, EcrisTable, Offence, Registrability};
use crate::purpose::{Decision, Need, Outcome, Purposes, Source, Use};

codes! {
    /// How a conviction became known.
    pub enum Channel {
        /// A notice through ECRIS of a Dutch national convicted elsewhere.
        EcrisNotice => "ecris_notice",
        /// An answer through ECRIS that was asked for screening.
        EcrisScreening => "ecris_screening",
        /// An answer through ECRIS that was asked for criminal proceedings.
        EcrisProceedings => "ecris_proceedings",
        /// ECRIS-TCN.
        EcrisTcn => "ecris_tcn",
        /// The registrant told it.
        SelfDeclared => "self_declared",
        /// A liaison officer told it.
        LiaisonOfficer => "liaison_officer",
    }
}

impl Channel {
    /// The source of the table of purposes.
    #[must_use]
    pub const fn source(self) -> Source {
        match self {
            Self::EcrisNotice => Source::EcrisNotice,
            Self::EcrisScreening => Source::EcrisScreening,
            Self::EcrisProceedings => Source::EcrisProceedings,
            Self::EcrisTcn => Source::EcrisTcn,
            Self::SelfDeclared => Source::SelfDeclared,
            Self::LiaisonOfficer => Source::LiaisonOfficer,
        }
    }

    /// Whether it comes from a central authority: it then stands until it is corrected.
    #[must_use]
    pub const fn is_authority(self) -> bool {
        match self {
            Self::EcrisNotice | Self::EcrisScreening | Self::EcrisProceedings | Self::EcrisTcn => true,
            Self::SelfDeclared | Self::LiaisonOfficer => false,
        }
    }
}

codes! {
    /// An obligatory member of a record of a conviction.
    pub enum Member {
        /// Names.
        Names => "names",
        /// Date of birth.
        BirthDate => "birth_date",
        /// Place of birth.
        BirthPlace => "birth_place",
        /// Gender.
        Gender => "gender",
        /// Nationality.
        Nationality => "nationality",
        /// Day of the judgment.
        JudgmentDate => "judgment_date",
        /// Court.
        Court => "court",
        /// Day on which it became final.
        FinalDate => "final_date",
        /// Provisions.
        Provisions => "provisions",
        /// Sentence, with penalties and measures.
        Sentence => "sentence",
    }
}

codes! {
    /// What is wrong with a member.
    pub enum FaultCode {
        /// It lies after the day of receipt, or that day after today.
        InTheFuture => "in_the_future",
        /// It became final before the judgment.
        FinalBeforeJudgment => "final_before_judgment",
        /// The code names no country on that day.
        NoCountry => "no_country",
        /// It is a conviction of a Dutch court.
        NotForeign => "not_foreign",
        /// The country does not answer through ECRIS.
        NotInEcris => "not_in_ecris",
        /// It has no text.
        Empty => "empty",
        /// The offence itself has a fault.
        Offence => "offence",
    }
}

codes! {
    /// What an intake comes to.
    pub enum IntakeOutcome {
        /// It is kept as a record.
        Stored => "stored",
        /// It is kept as a record that carries nothing until it is verified.
        StoredUnverified => "stored_unverified",
        /// It does not come in, and is not kept.
        Refused => "refused",
        /// The system is not in operation.
        NotAvailable => "not_available",
    }
}

/// A conviction as it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intake {
    /// How it became known.
    pub channel: Channel,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The id of whoever recorded it.
    pub received_by: String,
    /// The convicting state: its code.
    pub country: String,
    /// Whether the person has Dutch nationality; absent: not established.
    #[serde(default)]
    pub dutch_national: Option<bool>,
    /// Day of the judgment.
    pub judgment_on: NaiveDate,
    /// Day on which it became final; absent: not final, or not known.
    #[serde(default)]
    pub final_on: Option<NaiveDate>,
    /// The offence.
    pub offence: Offence,
    /// Which obligatory members are there.
    #[serde(default)]
    pub members: Vec<Member>,
}

/// What an intake comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// What it comes to.
    pub outcome: IntakeOutcome,
    /// How it became known.
    pub channel: Channel,
    /// Whether it counts as verified.
    pub verified: bool,
    /// Obligatory members that are missing.
    pub missing: Vec<Member>,
    /// What the table of purposes says of its use for the registration.
    pub registration: Option<Decision>,
    /// What must still be there before the registration may rest on it.
    pub open_needs: Vec<Need>,
    /// Whether the offence leads to registration.
    pub registrability: Option<Registrability>,
    /// Version of the rules.
    pub rules: String,
    /// The explanation.
    pub steps: Vec<Step>,
}

/// The tables an intake is held against.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'t> {
    /// Terms, lists and sources.
    pub rules: &'t ConvictionRules,
    /// What data may be used for.
    pub purposes: &'t Purposes,
    /// Countries.
    pub countries: &'t Countries,
    /// Offences.
    pub catalogue: &'t Catalogue,
    /// ECRIS codes.
    pub ecris: &'t Versions<EcrisTable>,
}

/// What an intake comes to, on the day it is recorded.
///
/// # Errors
/// Every fault of what came in, at once.
pub fn intake(told: &Intake, tables: &Tables<'_>, on: NaiveDate) -> Result<Taken, Vec<Fault<FaultCode>>> {
    let mut faults = faults(told, tables, on);
    let registrability = match offences::decide(&told.offence, tables.catalogue, tables.ecris, on) {
        Ok(found) => Some(found),
        Err(wrong) => {
            let named = |fault: Fault<_>| Fault::new(format!("offence.{}", fault.field), FaultCode::Offence);
            faults.extend(wrong.into_iter().map(named));
            None
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let registration = tables.purposes.decide(told.channel.source(), Use::Registration).cloned();
    let verified = told.channel.is_authority();
    let missing: Vec<Member> =
        Member::ALL.iter().copied().filter(|member| verified && !told.members.contains(member)).collect();
    let mut taken = Taken {
        outcome: IntakeOutcome::Stored,
        channel: told.channel,
        verified,
        missing,
        registration,
        open_needs: Vec::new(),
        registrability,
        rules: tables.rules.id.clone(),
        steps: Vec::new(),
    };
    weigh(&mut taken, told, tables);
    Ok(taken)
}

fn faults(told: &Intake, tables: &Tables<'_>, on: NaiveDate) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &str, code: FaultCode| {
        if wrong {
            faults.push(Fault::new(field, code));
        }
    };
    fault(told.received_on > on, "receivedOn", FaultCode::InTheFuture);
    fault(told.received_by.trim().is_empty(), "receivedBy", FaultCode::Empty);
    fault(told.judgment_on > told.received_on, "judgmentOn", FaultCode::InTheFuture);
    fault(told.final_on.is_some_and(|day| day > told.received_on), "finalOn", FaultCode::InTheFuture);
    fault(told.final_on.is_some_and(|day| day < told.judgment_on), "finalOn", FaultCode::FinalBeforeJudgment);
    // A state that is no more convicted too: the code is asked for on the day of the judgment.
    match tables.countries.resolve(&told.country, told.judgment_on) {
        Err(_) => fault(true, "country", FaultCode::NoCountry),
        Ok(country) => {
            let code = &country.alpha2;
            fault(code == "NL", "country", FaultCode::NotForeign);
            let answers = tables.countries.in_eu(code, told.received_on) || tables.rules.also_ecris.contains(code);
            fault(told.channel.is_authority() && code != "NL" && !answers, "country", FaultCode::NotInEcris);
        }
    }
    faults
}

fn weigh(taken: &mut Taken, told: &Intake, tables: &Tables<'_>) {
    let sources = &tables.rules.sources;
    taken.steps.push(Step::CameThrough { channel: told.channel, received: told.received_on });
    match told.channel {
        Channel::EcrisTcn => {
            taken.steps.push(Step::TcnNotInOperation { provision: sources.tcn.clone() });
            close(taken, IntakeOutcome::NotAvailable);
            return;
        }
        Channel::EcrisScreening | Channel::EcrisProceedings => {
            taken.steps.push(Step::OtherPurpose { channel: told.channel, provision: sources.purpose.clone() });
            close(taken, IntakeOutcome::Refused);
            return;
        }
        Channel::EcrisNotice if told.dutch_national != Some(true) => {
            taken.steps.push(Step::NoDutchNational { provision: sources.incoming.clone() });
            close(taken, IntakeOutcome::Refused);
            return;
        }
        Channel::EcrisNotice if told.final_on.is_none() => {
            taken.steps.push(Step::NotFinal { provision: sources.incoming.clone() });
            close(taken, IntakeOutcome::Refused);
            return;
        }
        Channel::EcrisNotice => taken.steps.push(Step::InCriminalRecord { provision: sources.incoming.clone() }),
        Channel::SelfDeclared | Channel::LiaisonOfficer => {
            taken.outcome = IntakeOutcome::StoredUnverified;
            taken.steps.push(Step::Unverified { provision: sources.unverified.clone() });
            if told.final_on.is_none() {
                taken.steps.push(Step::FinalityUnknown);
            }
        }
    }
    let provision = &sources.obligatory;
    taken.steps.extend(
        taken.missing.iter().map(|member| Step::MemberMissing { member: *member, provision: provision.clone() }),
    );
    let met = if taken.verified { &[Need::Verified][..] } else { &[] };
    taken.open_needs = taken.registration.as_ref().map(|decision| decision.open_needs(met)).unwrap_or_default();
    taken.steps.extend(taken.open_needs.iter().map(|need| Step::RegistrationNeeds { need: *need }));
}

/// What does not come in carries nothing.
fn close(taken: &mut Taken, outcome: IntakeOutcome) {
    taken.outcome = outcome;
    taken.verified = false;
    taken.registrability = None;
    if let Some(decision) = &taken.registration
        && decision.outcome == Outcome::Refused
    {
        taken.steps.push(Step::NotForRegister { provision: decision.provision.clone() });
    }
}
