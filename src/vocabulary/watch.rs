//! Words for how the register is used.

use crate::text_enum;

text_enum! {
    /// What is unusual.
    pub enum WatchKind {
        /// The files of many persons in one hour.
        ManyPersons => "many_persons",
        /// Files of several persons in one hour of the night.
        Night => "night",
        /// Many attempts in one hour that were refused.
        Refusals => "refusals",
        /// The file of somebody who does not exist and whom nobody has a reason to look for.
        Decoy => "decoy",
    }
}

text_enum! {
    /// Where a finding stands.
    pub enum WatchState {
        /// Nobody has looked at it yet.
        Open => "open",
        /// There was a reason for it.
        Explained => "explained",
        /// Somebody was spoken to, or more.
        FollowedUp => "followed_up",
    }
}

text_enum! {
    /// What came of looking at it.
    pub enum WatchOutcome {
        /// There was a reason for it.
        Explained => "explained",
        /// Somebody was spoken to, or more.
        FollowedUp => "followed_up",
    }
}
