//! A dispute as people read it: what is disputed, where it stands, who said what and when.

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::console::facts;
use crate::console::visit::Member;
use crate::ids::AccountId;
use crate::register::Refusal;
use crate::register::review::DisputeAct;
use crate::register::review::dispute::{self, DisputeView, Said};
use crate::register::view::FactList;
use crate::texts::Texts;
use crate::vocabulary::{DisputeState, Role};

/// Something that was said.
pub struct Line {
    /// What it was.
    pub what: String,
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// The words.
    pub words: String,
}

/// A dispute in words.
pub struct Told {
    /// The dispute.
    pub dispute: DisputeView,
    /// The fact.
    pub fact: String,
    /// Where it stands.
    pub state: String,
    /// Until when it waits and for whom; absent when it waits for nobody.
    pub waits: Option<String>,
    /// What was said, the first words first.
    pub lines: Vec<Line>,
    /// When it was received, in words.
    pub received: String,
}

impl Told {
    /// Whether the reader can decide on it now.
    pub fn may_decide(&self) -> bool {
        self.dispute.possible.contains(&DisputeAct::Decide)
    }

    /// Whether the reader can appeal now.
    pub fn may_appeal(&self) -> bool {
        self.dispute.possible.contains(&DisputeAct::Appeal)
    }
}

/// Puts disputes into words for whoever reads. `deciders` are those who may decide, by name; a role stands in for them.
///
/// # Errors
/// [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn told(
    member: &Member<'_>,
    t: &Texts,
    zone: Tz,
    disputes: Vec<DisputeView>,
    known: &FactList,
    deciders: &[String],
) -> Result<Vec<Told>, Refusal> {
    let names = dispute::names(member.app(), &member.ctx(), &disputes).await?;
    let teller = Teller { member, t, zone, names: &names };
    Ok(disputes.into_iter().map(|one| teller.tell(one, known, deciders)).collect())
}

struct Teller<'a> {
    member: &'a Member<'a>,
    t: &'a Texts,
    zone: Tz,
    names: &'a HashMap<AccountId, String>,
}

impl Teller<'_> {
    fn tell(&self, dispute: DisputeView, known: &FactList, deciders: &[String]) -> Told {
        let t = self.t;
        let received = t.moment(&dispute.raised_at, self.zone);
        let mut lines = vec![Line {
            what: t.say("dispute.raised").to_owned(),
            when: received.clone(),
            who: self.who(dispute.raised_by),
            words: dispute.reason.clone(),
        }];
        let later = [
            ("dispute.decided", &dispute.decision),
            ("dispute.appealed", &dispute.appeal),
            ("dispute.appealDecided", &dispute.appeal_decision),
        ];
        lines.extend(later.into_iter().filter_map(|(key, said)| Some(self.line(key, said.as_ref()?))));
        let waiting = match dispute.state {
            DisputeState::Open => Some("dispute.aLead"),
            DisputeState::Appealed => Some("dispute.anotherLead"),
            DisputeState::Upheld | DisputeState::Rejected | DisputeState::RejectedOnAppeal => None,
        };
        let by = |role: &str| match (deciders, dispute.state) {
            ([], _) => t.say(role).to_owned(),
            (names, _) => format!("{} ({})", t.say(role), names.join(", ")),
        };
        let waits = waiting.map(|role| t.two("dispute.waits", t.day_or_none(&dispute.due_on), by(role)));
        Told {
            fact: facts::line_of(t, known, dispute.fact_id),
            state: t.word("disputeState", dispute.state).to_owned(),
            waits,
            lines,
            received,
            dispute,
        }
    }

    fn line(&self, key: &str, said: &Said) -> Line {
        Line {
            what: self.t.say(key).to_owned(),
            when: self.t.moment(&said.at, self.zone),
            who: self.who(said.by),
            words: said.reason.clone(),
        }
    }

    /// Who said something. To a registrant: themself, the official by name, or somebody on their behalf.
    fn who(&self, by: AccountId) -> String {
        let own = self.member.actor().account == by;
        match self.names.get(&by) {
            _ if own && self.member.actor().role == Role::Registrant => self.t.say("dispute.you").to_owned(),
            Some(name) => name.clone(),
            None if self.member.actor().role == Role::Registrant => self.t.say("dispute.forYou").to_owned(),
            None => self.t.word("role", Role::Registrant).to_owned(),
        }
    }
}
