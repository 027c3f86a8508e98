//! Which column of a table is which member of a record, for each kind of row.

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text, a date, a code: as written.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Words separated by spaces.
    Words,
}

/// A column of one kind of row: its name, the JSON Pointer of the member within the part, and what its cells hold.
pub(super) type Column = (&'static str, &'static str, Cell);

/// The columns that say which row it is; of every kind.
pub(super) const KEYS: [&str; 3] = ["record", "source", "orderId"];

/// A kind of row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// The word in the column `record`.
    pub(super) word: &'static str,
    /// The list of the record to which such a row adds; empty for the row of the order itself.
    pub(super) list: &'static str,
    pub(super) columns: &'static [Column],
}

use Cell::{Flag, Number, Text, Words};

/// Every kind of row. The order comes first.
pub(super) const KINDS: [Kind; 5] = [
    Kind {
        word: "order",
        list: "",
        columns: &[
            ("asOf", "/asOf", Text),
            ("skn", "/skn", Text),
            ("caseNumber", "/caseNumber", Text),
            ("court", "/court", Text),
            ("organisation", "/organisation", Text),
            ("level", "/level", Text),
            ("finalOn", "/judgment/finalOn", Text),
            ("offenceOn", "/judgment/offenceOn", Text),
            ("offenceGroup", "/judgment/offenceGroup", Text),
            ("kind", "/course/kind", Text),
            ("title", "/course/title", Text),
            ("preceding", "/course/preceding", Text),
            ("precedingEndsOn", "/course/precedingEndsOn", Text),
            ("beginsOn", "/course/beginsOn", Text),
            ("lengthUnit", "/course/length/unit", Text),
            ("lengthN", "/course/length/n", Number),
            ("exceptional", "/course/exceptional", Flag),
            ("plannedEnd", "/course/plannedEnd", Text),
            ("endedOn", "/course/endedOn", Text),
        ],
    },
    Kind {
        word: "event",
        list: "/course/events",
        columns: &[
            ("type", "/type", Text),
            ("on", "/on", Text),
            ("ground", "/ground", Text),
            ("adviceOn", "/adviceOn", Text),
            ("medicalStatement", "/medicalStatement", Flag),
            ("lateAdmissible", "/lateAdmissible", Flag),
            ("lengthUnit", "/length/unit", Text),
            ("lengthN", "/length/n", Number),
            ("imposes", "/imposes", Text),
            ("how", "/how", Text),
        ],
    },
    Kind {
        word: "condition",
        list: "/conditions",
        columns: &[
            ("conditionId", "/conditionId", Text),
            ("code", "/code", Text),
            ("from", "/from", Text),
            ("until", "/until", Text),
            ("electronicMonitoring", "/electronicMonitoring", Flag),
            ("municipalities", "/municipalities", Words),
            ("notifyRegister", "/notifyRegister", Flag),
            ("text", "/text", Text),
        ],
    },
    Kind {
        word: "suspension",
        list: "/suspensions",
        columns: &[("reason", "/reason", Text), ("from", "/from", Text), ("until", "/until", Text)],
    },
    Kind {
        word: "breach",
        list: "/breaches",
        columns: &[
            ("breachId", "/breachId", Text),
            ("observedOn", "/observedOn", Text),
            ("observedBy", "/observedBy", Text),
            ("subject", "/subject", Text),
            ("code", "/condition", Text),
            ("severity", "/severity", Text),
            ("reportedProsecutionAt", "/reportedProsecutionAt", Text),
            ("reportedMinisterAt", "/reportedMinisterAt", Text),
            ("advice", "/advice", Text),
            ("on", "/decision/on", Text),
            ("decision", "/decision/what", Text),
            ("lengthUnit", "/decision/detention/unit", Text),
            ("lengthN", "/decision/detention/n", Number),
            ("executedDays", "/decision/executedDays", Number),
            ("text", "/text", Text),
        ],
    },
];

/// The kind of row of this word.
pub(super) fn kind(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word)
}

/// Whether any kind of row has a column of this name.
pub(super) fn known(name: &str) -> bool {
    KEYS.contains(&name) || KINDS.iter().any(|kind| kind.columns.iter().any(|(column, ..)| *column == name))
}

/// The name of the column of a member, for a kind of row.
pub(super) fn name_of(word: &str, pointer: &str) -> Option<&'static str> {
    let columns = kind(word)?.columns;
    let exact = columns.iter().find(|(_, member, _)| *member == pointer);
    // An item of a list of words, or an object of which no cell was filled: the column is the one above or below.
    let near = || columns.iter().find(|(_, member, _)| pointer.starts_with(member) || member.starts_with(pointer));
    exact.or_else(near).map(|(name, ..)| *name)
}
