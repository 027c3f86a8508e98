//! One of everything that is recorded beside the register.

use zedenregister::access::Actor;
use zedenregister::ids::{MeasureId, RegistrationId};
use zedenregister::instruments::convictions::{Channel, RequestPurpose, System};
use zedenregister::instruments::offences::{Classified, Completion, Offence, Participation};
use zedenregister::instruments::signals::Origin;
use zedenregister::measures::convictions::{self, NewForeignConviction};
use zedenregister::measures::help::{self, NewHelpRequest};
use zedenregister::measures::requests::{self, NewEcrisRequest};
use zedenregister::measures::signals::{self, NewReporter, NewSignal};
use zedenregister::vocabulary::{HelpProvider, Role};

use super::app::{TestApp, day};

/// Somebody without a team, of this role.
pub fn of_role(test: &TestApp, role: Role) -> Actor {
    let account = zedenregister::ids::AccountId::fresh();
    Actor { account, role, team: None, person: None, ..test.lead.clone() }
}

/// A signal whose reporter the desk knows.
pub async fn signal(test: &TestApp) -> MeasureId {
    let new = NewSignal {
        origin: Origin::Hotline,
        received_on: None,
        text: "Zou begeleider zijn bij een jeugdkamp".to_owned(),
        reporter: NewReporter::Known { identity: "Mevrouw Melder, 06 87654321".to_owned() },
    };
    let police = of_role(test, Role::Tbkk);
    signals::receive(&test.app, &test.ctx(&police), new).await.expect("a signal").id
}

/// A request that waits for a supplement.
pub async fn ecris_request(test: &TestApp, identity_complete: bool) -> MeasureId {
    let new = NewEcrisRequest {
        system: System::Ecris,
        purpose: RequestPurpose::CriminalProceedings,
        received_on: day("2026-01-12"),
        authority: "Bundesamt".to_owned(),
        reference: None,
        identity_complete,
        convictions: Vec::new(),
    };
    let justid = of_role(test, Role::Justid);
    requests::add(&test.app, &test.ctx(&justid), new).await.expect("a request").id
}

/// What a registrant declares.
pub fn declared() -> NewForeignConviction {
    NewForeignConviction {
        channel: Channel::SelfDeclared,
        received_on: day("2026-01-12"),
        country: "PH".to_owned(),
        dutch_national: Some(true),
        judgment_on: day("2015-02-02"),
        final_on: None,
        offence: Offence {
            classified: Classified::Dutch { article: "245".to_owned() },
            committed_on: day("2014-06-01"),
            committed_until: None,
            completion: Completion::Completed,
            participation: Participation::Perpetrator,
            exempt: false,
            minor_victim: None,
            sexual: None,
        },
        members: Vec::new(),
        provenance: "De betrokkene".to_owned(),
        particulars: None,
    }
}

/// A conviction that the registrant declared.
pub async fn foreign_conviction(test: &TestApp, person: &Actor, file: RegistrationId) -> MeasureId {
    convictions::add(&test.app, &test.ctx(person), file, declared()).await.expect("a conviction").id
}

/// A request for help.
pub async fn help_request(test: &TestApp, person: &Actor, file: RegistrationId) -> MeasureId {
    let new = NewHelpRequest {
        provider: HelpProvider::StopItNow,
        reachable_at: "06 12345678".to_owned(),
        message: Some("Ik wil praten".to_owned()),
    };
    help::add(&test.app, &test.ctx(person), file, new).await.expect("a request").id
}
