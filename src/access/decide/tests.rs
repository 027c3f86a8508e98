use std::fmt::Write as _;

use super::*;

const PURPOSES: [Option<Purpose>; 8] = [
    None,
    Some(Purpose::Supervision),
    Some(Purpose::Prosecution),
    Some(Purpose::Investigation),
    Some(Purpose::InternationalWarning),
    Some(Purpose::DataSubjectRight),
    Some(Purpose::Audit),
    Some(Purpose::Cover),
];

/// How the actor stands to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// A registrant's own, or in the officer's caseload.
    Own,
    /// Of another officer of the team.
    Team,
    /// Of another team, and put before the role.
    Sent,
    /// Of another team.
    Other,
}

const RELATIONS: [Relation; 4] = [Relation::Own, Relation::Team, Relation::Sent, Relation::Other];

fn actor(role: Role) -> Actor {
    Actor {
        account: AccountId::fresh(),
        kind: AccountKind::Person,
        role,
        state: AccountState::Active,
        team: matches!(role, Role::SupervisionOfficer | Role::ReviewLead).then(TeamId::fresh),
        person: (role == Role::Registrant).then(PersonId::fresh),
        organisation: "Test".to_owned(),
        represents: None,
    }
}

fn subject(actor: &Actor, relation: Relation) -> Subject {
    let own = relation == Relation::Own;
    let team = actor.team.filter(|_| own || relation == Relation::Team);
    Subject {
        registration: RegistrationId::fresh(),
        person: actor.person.filter(|_| own).unwrap_or_else(PersonId::fresh),
        team: team.unwrap_or_else(TeamId::fresh),
        officer: if own { actor.account } else { AccountId::fresh() },
        legal_status: LegalStatus::Active,
        asked_by: None,
        sent_to: if relation == Relation::Sent { vec![actor.role] } else { Vec::new() },
        offered_to: actor.team.filter(|_| relation == Relation::Other),
    }
}

/// Every actor, action, relation, purpose and decision, for one account state and legal status.
fn every(state: AccountState, status: LegalStatus, mut check: impl FnMut(&Actor, Action, Relation, Decision)) {
    for role in Role::ALL {
        let actor = Actor { state, ..actor(*role) };
        for action in Action::ALL {
            for relation in RELATIONS {
                let subject = Subject { legal_status: status, ..subject(&actor, relation) };
                for purpose in PURPOSES {
                    check(&actor, *action, relation, decide(&actor, *action, &subject, purpose));
                }
            }
        }
    }
}

fn is_allowed(decision: Decision) -> bool {
    matches!(decision, Decision::Allow { .. })
}

/// One sign for what a role gets: `+` allowed, `p` with a purpose, `c` with the purpose `cover` only, `.` forbidden,
/// `-` as if there were no such file.
fn sign(decision: impl Fn(Option<Purpose>) -> Decision) -> char {
    let with = |purpose: Purpose| is_allowed(decision(Some(purpose)));
    match decision(None) {
        Decision::Allow { .. } => '+',
        Decision::Deny { visible, .. } => {
            match (PURPOSES.iter().flatten().filter(|p| with(**p)).count(), with(Purpose::Cover), visible) {
                (0, _, true) => '.',
                (0, _, false) => '-',
                (1, true, _) => 'c',
                (_, _, _) => 'p',
            }
        }
    }
}

// ASVS 5.0: 8.1.1
#[test]
fn the_whole_matrix_is_what_it_was() {
    let mut table = String::from(
        "Per role five signs: own or caseload, team, sent to the role, other, no file.\n\
         + allowed, p with a purpose, c to cover a colleague, . forbidden, - not found\n\n",
    );
    let heads: String = (1..=15).map(|number| format!("{:<6}", format!("R{number}"))).collect();
    writeln!(table, "{:<31}{}", "", heads.trim_end()).unwrap();
    for action in Action::ALL {
        let cells: Vec<String> = Role::ALL
            .iter()
            .map(|role| {
                let actor = actor(*role);
                let mut cell: String = RELATIONS
                    .iter()
                    .map(|relation| sign(|purpose| decide(&actor, *action, &subject(&actor, *relation), purpose)))
                    .collect();
                cell.push(sign(|purpose| decide_without_subject(&actor, *action, purpose)));
                cell
            })
            .collect();
        writeln!(table, "{:<31}{}", action.as_str(), cells.join(" ")).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_account_that_is_not_active_may_do_nothing_at_all() {
    for state in [AccountState::Unconfirmed, AccountState::Suspended, AccountState::Left] {
        every(state, LegalStatus::Active, |actor, action, _, decision| {
            assert!(!is_allowed(decision), "{state} {} {action}", actor.role);
            assert!(!is_allowed(decide_without_subject(actor, action, None)), "{state} {} {action}", actor.role);
        });
    }
}

#[test]
fn a_registration_that_ended_is_there_for_the_privacy_officer_only() {
    for status in [LegalStatus::Ended, LegalStatus::Removed, LegalStatus::Destroyed] {
        every(AccountState::Active, status, |actor, action, relation, decision| {
            if actor.role != Role::PrivacyOfficer {
                let hidden = matches!(decision, Decision::Deny { visible: false, .. });
                assert!(hidden, "{status} {} {action} {relation:?}", actor.role);
            }
        });
        let officer = actor(Role::PrivacyOfficer);
        let file = Subject { legal_status: status, ..subject(&officer, Relation::Other) };
        let purpose = Some(Purpose::DataSubjectRight);
        assert!(is_allowed(decide(&officer, Action::RegistrationRead, &file, purpose)), "{status}");
    }
}

#[test]
fn administrators_evaluators_and_bystanders_never_reach_content() {
    every(AccountState::Active, LegalStatus::Active, |actor, action, _, decision| match actor.role {
        Role::AdminTech | Role::Evaluator => {
            assert!(!(is_allowed(decision) && action.touches_content()), "{} {action}", actor.role);
        }
        Role::Justis | Role::Mayor => assert!(!is_allowed(decision), "{} {action}", actor.role),
        Role::Registrant
        | Role::SupervisionOfficer
        | Role::ReviewLead
        | Role::OmOfficer
        | Role::Aice
        | Role::Tbkk
        | Role::Lirc
        | Role::Dji
        | Role::Justid
        | Role::PrivacyOfficer
        | Role::ApAuditor => {}
    });
}

#[test]
fn a_registrant_reaches_only_the_own_registration_and_others_do_not_exist() {
    every(AccountState::Active, LegalStatus::Active, |actor, action, relation, decision| {
        if actor.role == Role::Registrant && action.touches_content() {
            match (relation, rule(actor.role, action)) {
                (Relation::Own, Rule::Own) => assert!(is_allowed(decision), "{action}"),
                (Relation::Team | Relation::Sent | Relation::Other, Rule::Own) => {
                    assert!(matches!(decision, Decision::Deny { visible: false, .. }), "{action}");
                }
                (_, _) => assert!(!is_allowed(decision), "{action}"),
            }
        }
    });
}

// ASVS 5.0: 8.2.2, 8.4.1
#[test]
fn an_officer_reaches_the_caseload_and_stands_in_only_inside_the_team() {
    every(AccountState::Active, LegalStatus::Active, |actor, action, relation, decision| {
        // A signal is about nobody until a person finds out about whom: everybody may hand one in.
        let about_somebody = action.touches_content() && action != Action::SignalReceive;
        if actor.role == Role::SupervisionOfficer && about_somebody {
            match (relation, decision) {
                (Relation::Own | Relation::Team, _) => {}
                (Relation::Sent | Relation::Other, decision) => assert!(!is_allowed(decision), "{action}"),
            }
        }
    });
    let officer = actor(Role::SupervisionOfficer);
    let colleague = subject(&officer, Relation::Team);
    let read = |purpose| decide(&officer, Action::RegistrationRead, &colleague, purpose);
    assert_eq!(read(Some(Purpose::Cover)), Decision::Allow { basis: Basis::Cover });
    assert!(matches!(read(None), Decision::Deny { visible: true, .. }));
    assert!(matches!(read(Some(Purpose::Supervision)), Decision::Deny { visible: true, .. }));
}

// ASVS 5.0: 8.2.4
#[test]
fn prosecution_and_police_are_told_to_state_a_purpose_of_their_own() {
    for (role, own) in [(Role::OmOfficer, Purpose::Prosecution), (Role::Tbkk, Purpose::Investigation)] {
        let actor = actor(role);
        let file = subject(&actor, Relation::Other);
        let read = |purpose| decide(&actor, Action::RegistrationRead, &file, purpose);
        assert_eq!(read(None), Decision::Deny { reason: WHY, visible: true }, "{role}");
        assert!(is_allowed(read(Some(own))), "{role}");
        // A purpose of another role is none.
        assert!(!is_allowed(read(Some(Purpose::DataSubjectRight))), "{role}");
    }
}

// ASVS 5.0: 2.3.5
#[test]
fn whoever_put_something_forward_does_not_decide_it_and_neither_does_a_machine() {
    for action in [Action::FlagDecide, Action::NotificationDecideReceipt] {
        let lead = actor(Role::ReviewLead);
        let file = subject(&lead, Relation::Own);
        assert!(is_allowed(decide(&lead, action, &file, None)), "{action}");
        let own = Subject { asked_by: Some(lead.account), ..file.clone() };
        assert_eq!(decide(&lead, action, &own, None), Decision::Deny { reason: NOT_BOTH, visible: true }, "{action}");
        let other = Subject { asked_by: Some(AccountId::fresh()), ..file.clone() };
        assert!(is_allowed(decide(&lead, action, &other, None)), "{action}");
        let machine = Actor { kind: AccountKind::Machine, ..lead };
        assert!(!is_allowed(decide(&machine, action, &file, None)), "{action}");
    }
}

#[test]
fn whoever_raises_a_flag_never_has_the_right_to_decide_one() {
    for role in Role::ALL {
        let both = [Action::FlagRaise, Action::FlagDecide].map(|action| rule(*role, action) != Rule::No);
        assert_ne!(both, [true, true], "{role}");
    }
}

/// Reading and writing are different rows, so no change of the one moves the other; these roles show that reading
/// alone is possible, and these actions that each right to write was given by name.
#[test]
fn a_right_to_read_gives_no_right_to_write() {
    let writes = |role: Role| -> Vec<&str> {
        let given = |action: &&Action| action.effect() != Effect::Read && rule(role, **action) != Rule::No;
        let content = Action::ALL.iter().filter(|action| action.touches_content());
        content.filter(given).map(|action| action.as_str()).collect()
    };
    for role in [Role::Tbkk, Role::Lirc, Role::PrivacyOfficer, Role::ApAuditor] {
        assert!(rule(role, Action::RegistrationRead) != Rule::No, "{role} reads");
    }
    assert_eq!(writes(Role::ApAuditor), Vec::<&str>::new());
    assert_eq!(
        writes(Role::PrivacyOfficer),
        [
            "removal.propose",
            "removal.decide",
            "removal.propose_destruction",
            "removal.decide_destruction",
            "help_request.pass_on",
            "rights_request.add",
            "rights_request.decide",
            "rights_request.carry_out",
        ]
    );
    assert_eq!(
        writes(Role::Tbkk),
        [
            "signal.receive",
            "foreign_conviction.record",
            "foreign_conviction.verify",
            "foreign_conviction.supply",
            "warning_notice.make",
            "warning_notice.record",
            "travel_notice.acknowledge",
        ]
    );
    assert_eq!(
        writes(Role::Lirc),
        ["signal.receive", "foreign_conviction.record", "warning_notice.decide", "travel_notice.acknowledge"]
    );
    assert_eq!(
        writes(Role::Registrant),
        [
            "contact.update",
            "notification.create",
            "attempt.record",
            "dispute.raise",
            "foreign_conviction.record",
            "help_request.add",
            "rights_request.add",
            "rights_request.withdraw",
        ]
    );
    assert_eq!(
        writes(Role::OmOfficer),
        [
            "flag.decide",
            "flag.acknowledge",
            "authority_decision.record",
            "supervision.record_decision",
            "signal.receive",
            "signal.demand_reporter",
            "foreign_conviction.verify",
            "foreign_conviction.supply",
            "passport_proposal.make",
            "passport_proposal.decide",
            "warning_notice.decide",
        ]
    );
    assert_eq!(writes(Role::Dji), ["fact.record.custody", "signal.receive"]);
    assert_eq!(
        writes(Role::Justid),
        [
            "fact.record.conviction",
            "chain_number.replace",
            "signal.receive",
            "foreign_conviction.record",
            "foreign_conviction.verify",
            "foreign_conviction.follow",
            "foreign_conviction.supply",
            "ecris_request.record",
        ]
    );
}

#[test]
fn an_act_on_one_file_is_refused_when_no_file_is_named() {
    for role in Role::ALL {
        for action in Action::ALL {
            let conditional = !matches!(rule(*role, *action), Rule::Any | Rule::No);
            let decision = decide_without_subject(&actor(*role), *action, Some(Purpose::Audit));
            if conditional && !action.spans_files() {
                assert_eq!(decision, Decision::Deny { reason: NAMES_NO_FILE, visible: true }, "{role} {action}");
            }
        }
    }
}

/// A list never speaks of a file that could not be opened, and speaks of every file that can, where the list is not
/// one of things sent.
// ASVS 5.0: 8.2.2, 8.4.1
#[test]
fn what_a_list_reaches_is_what_can_be_opened() {
    for role in Role::ALL {
        for action in [Action::RegistrationSearch, Action::FlagList] {
            let actor = actor(*role);
            for purpose in PURPOSES {
                let reach = reach(&actor, action, purpose);
                for relation in RELATIONS {
                    let file = subject(&actor, relation);
                    let listed = match reach {
                        Reach::Everything => true,
                        Reach::Team(team) => team == file.team,
                        Reach::Officer(officer) => officer == file.officer,
                        Reach::Person(person) => person == file.person,
                        Reach::Nothing(_) => false,
                    };
                    let opened = is_allowed(decide(&actor, action, &file, purpose));
                    // A lead's purpose opens other teams, `cover` other files of the own team.
                    let sent = rule(*role, action) == Rule::Sent;
                    assert_eq!(listed, opened && !sent, "{role} {action} {purpose:?} {relation:?}");
                }
            }
        }
    }
}

// ASVS 5.0: 8.2.3
#[test]
fn reports_of_names_and_homes_are_read_under_a_row_of_their_own() {
    use crate::vocabulary::DutyKind;
    let lirc = actor(Role::Lirc);
    let sent = subject(&lirc, Relation::Sent);
    for (kind, readable) in [(DutyKind::Travel, true), (DutyKind::NoHome, true), (DutyKind::Home, false)] {
        let action = Action::read_notifications_of(kind);
        assert_eq!(is_allowed(decide(&lirc, action, &sent, None)), readable, "{kind}");
    }
}
