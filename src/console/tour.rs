//! A tour for whoever sees the demonstration for the first time: for each role, a few steps through what it is there for.
//!
//! Only where everybody is invented by the `demo` command, and only on the first page of the role. It links and tells;
//! nothing follows from it.

use crate::vocabulary::Role;

/// One step: the address it leads to, and the key of what there is to see.
pub type Step = (&'static str, &'static str);

/// The steps for `role`, in their order.
pub const fn steps(role: Role) -> &'static [Step] {
    match role {
        Role::Registrant => &[
            ("/mijn/duties", "tour.ownDuties"),
            ("/mijn/report/home", "tour.ownMove"),
            ("/mijn/trips", "tour.ownTrips"),
            ("/mijn/receipts", "tour.ownReceipts"),
            ("/mijn/file", "tour.ownFile"),
        ],
        Role::SupervisionOfficer => &[
            ("/console", "tour.worklist"),
            ("/console/flags", "tour.flags"),
            ("/console/search", "tour.search"),
            ("/console/transfers", "tour.transfers"),
            ("/console/screening", "tour.screening"),
        ],
        Role::ReviewLead => &[
            ("/console", "tour.worklist"),
            ("/console/flags", "tour.decide"),
            ("/console/team", "tour.team"),
            ("/console/absences", "tour.absences"),
        ],
        Role::OmOfficer => &[("/console", "tour.referrals"), ("/console/proposals", "tour.passports")],
        Role::Tbkk => &[("/console/proposals", "tour.warnings"), ("/console/search", "tour.search")],
        Role::Aice => &[("/console", "tour.referrals"), ("/console/signals", "tour.signals")],
        Role::Lirc => &[("/console/proposals", "tour.interpol")],
        Role::Justid => &[("/console/ecris-requests", "tour.ecris")],
        Role::Evaluator => &[("/console/evaluation", "tour.figures"), ("/console/screening", "tour.screening")],
        Role::PrivacyOfficer => &[
            ("/console/rights-requests", "tour.rights"),
            ("/console/watch", "tour.watch"),
            ("/console/evaluation", "tour.releases"),
            ("/console/help-requests", "tour.help"),
        ],
        Role::ApAuditor => &[("/console/watch", "tour.watch"), ("/console/evaluation", "tour.figures")],
        Role::AdminTech => &[("/console/messages", "tour.messages"), ("/docs", "tour.api")],
        Role::Dji | Role::Justis | Role::Mayor => &[("/docs", "tour.api")],
    }
}
