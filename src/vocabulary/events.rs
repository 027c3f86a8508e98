//! Words for events that other systems are told of.

use super::Role;
use crate::text_enum;

text_enum! {
    /// What happened, as other systems are told of it.
    pub enum EventKind {
        /// A duty was not met in time: a candidate for a human to look at.
        FlagRaised => "flag.raised",
        /// A term of the review passed.
        FlagTermPassed => "flag.term_passed",
        /// A flag was referred to an authority.
        FlagReferred => "flag.referred",
        /// A journey abroad was notified.
        TravelNotified => "travel.notified",
        /// A journey that was told of before is now known otherwise.
        TravelChanged => "travel.changed",
        /// A journey that was told of before does not take place, or never did.
        TravelWithdrawn => "travel.withdrawn",
        /// Two registrations of one person became one.
        RegistrationMerged => "registration.merged",
        /// They became two again.
        RegistrationSplit => "registration.split",
        /// The person died.
        RegistrantDied => "registrant.died",
        /// A death that was recorded is taken back.
        RegistrantDeathCorrected => "registrant.death_corrected",
    }
}

impl EventKind {
    /// The roles that may know of it. The lead of a team knows of the files of the team alone.
    pub const fn audience(self) -> &'static [Role] {
        match self {
            // Before a human looked at it, it is nobody else's business.
            Self::FlagRaised | Self::FlagTermPassed => &[Role::ReviewLead],
            Self::FlagReferred => &[Role::OmOfficer, Role::Aice],
            Self::TravelNotified | Self::TravelChanged | Self::TravelWithdrawn => {
                &[Role::ReviewLead, Role::OmOfficer, Role::Tbkk]
            }
            Self::RegistrationMerged
            | Self::RegistrationSplit
            | Self::RegistrantDied
            | Self::RegistrantDeathCorrected => {
                &[Role::ReviewLead, Role::OmOfficer, Role::Aice, Role::Tbkk, Role::Justid]
            }
        }
    }

    /// The kinds a role may know of.
    pub fn of(role: Role) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kind.audience().contains(&role)).collect()
    }

    /// Whether it changes or takes back what was told of the same subject before: it then goes to everybody who was.
    pub const fn recalls(self) -> bool {
        match self {
            Self::TravelChanged | Self::TravelWithdrawn | Self::RegistrationSplit | Self::RegistrantDeathCorrected => {
                true
            }
            Self::FlagRaised
            | Self::FlagTermPassed
            | Self::FlagReferred
            | Self::TravelNotified
            | Self::RegistrationMerged
            | Self::RegistrantDied => false,
        }
    }
}

text_enum! {
    /// Where a subscription is in its life.
    pub enum SubscriptionState {
        /// Events are sent.
        Active => "active",
        /// Events wait, at the wish of whoever manages it.
        Paused => "paused",
        /// Events wait, because the receiver said that it is gone (410).
        Disabled => "disabled",
        /// It ended for good.
        Deleted => "deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Action;
    use crate::access::matrix::{Rule, rule};

    #[test]
    fn nobody_is_told_of_what_they_may_not_read() {
        for kind in EventKind::ALL {
            let reads = match kind {
                EventKind::FlagRaised | EventKind::FlagTermPassed | EventKind::FlagReferred => Action::FlagRead,
                EventKind::TravelNotified | EventKind::TravelChanged | EventKind::TravelWithdrawn => {
                    Action::NotificationRead
                }
                EventKind::RegistrationMerged
                | EventKind::RegistrationSplit
                | EventKind::RegistrantDied
                | EventKind::RegistrantDeathCorrected => Action::RegistrationRead,
            };
            for role in kind.audience() {
                assert_ne!(rule(*role, reads), Rule::No, "{kind} for {role}");
                assert_ne!(rule(*role, Action::EventRead), Rule::No, "{kind} for {role}");
            }
        }
    }
}
