//! From a use case's words to an entry: who acts is taken from the request, persons become pseudonyms.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::leaf::{
    ActorRef, AuditEntry, Code, LeafError, ObjectRef as EntryObject, Outcome as EntryOutcome, Pseudonyms,
};
use crate::access::{Action, Ctx};
use crate::crypto::keyring::{Current, KeyRing, KeyRingError};
use crate::ids::{
    AbsenceId, AccountId, AttemptId, ClientKeyId, ContactId, DeadLetterId, DisputeId, DocumentId, DutyId, FlagId,
    HandOverId, MeasureId, MergeId, NoteId, NotificationId, OutageId, OutboxId, PersonId, ProposalId, RegistrationId,
    ReleaseId, RemovalId, RepresentativeId, RequestId, RightsRequestId, SessionId, SupervisionFindingId,
    SupervisionOrderId, TransferId, TravelNoticeId, VerificationId, VisitId, WatchFindingId, WebhookDeliveryId,
    WebhookSubscriptionId,
};
use crate::register::Refusal;
use crate::store::PreparedLeaf;
use crate::vocabulary::Role;

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    kind: &'static str,
    id: Option<String>,
    person: Option<PersonId>,
}

macro_rules! objects {
    ($($(#[$meta:meta])* $name:ident: $id:ty,)+) => { $(
        $(#[$meta])*
        pub fn $name(id: $id) -> Self {
            Self { kind: stringify!($name), id: Some(id.to_string()), person: None }
        }
    )+ };
}

impl ObjectRef {
    /// Nothing in particular, such as a search.
    pub fn none() -> Self {
        Self { kind: "none", id: None, person: None }
    }

    /// A person; named by pseudonym in the entry.
    pub fn person(id: PersonId) -> Self {
        Self { kind: "person", id: None, person: Some(id) }
    }

    /// A registration; named by pseudonym in the entry.
    pub fn registration(_: RegistrationId) -> Self {
        Self { kind: "registration", id: None, person: None }
    }

    /// The id it is named by, where it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    objects! {
        /// An account.
        account: AccountId,
        /// A session.
        session: SessionId,
        /// A notification.
        notification: NotificationId,
        /// A release of statistics.
        release: ReleaseId,
        /// An attempt.
        attempt: AttemptId,
        /// A duty.
        duty: DutyId,
        /// A flag.
        flag: FlagId,
        /// A dispute.
        dispute: DisputeId,
        /// An absence.
        absence: AbsenceId,
        /// A hand-over.
        hand_over: HandOverId,
        /// An outage.
        outage: OutageId,
        /// A message on its way.
        outbox: OutboxId,
        /// A home visit.
        home_visit: VisitId,
        /// A verification of an address.
        address_verification: VerificationId,
        /// An entry of the contact log.
        contact: ContactId,
        /// A note.
        note: NoteId,
        /// Something recorded beside the register.
        measure: MeasureId,
        /// A transfer to another team.
        transfer: TransferId,
        /// A document.
        document: DocumentId,
        /// Two registrations that are, or were, one.
        merge: MergeId,
        /// The removal of a file.
        removal: RemovalId,
        /// What a person asks as their right.
        rights_request: RightsRequestId,
        /// Something that a cross-check of supervision and the register found.
        supervision_finding: SupervisionFindingId,
        /// Something unusual in how the register is used.
        watch_finding: WatchFindingId,
        /// Somebody who acts for the person.
        representative: RepresentativeId,
        /// A supervision order.
        supervision_order: SupervisionOrderId,
        /// A subscription to events.
        webhook_subscription: WebhookSubscriptionId,
        /// A message that was given up.
        dead_letter: DeadLetterId,
        /// A passport proposal or a warning notice.
        proposal: ProposalId,
        /// A notice of a journey to one desk.
        travel_notice: TravelNoticeId,
        /// A key by which a machine signs in.
        client_key: ClientKeyId,
        /// An event on its way to one subscriber.
        webhook_delivery: WebhookDeliveryId,
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or shown.
    Done,
    /// Refused, with the code of the refusal.
    Refused(&'static str),
    /// Allowed, but it did not succeed, with a code.
    Failed(&'static str),
}

/// What a use case does, before it is an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What is done.
    pub action: Action,
    /// To what.
    pub object: ObjectRef,
    /// The registration it is about.
    pub registration: Option<RegistrationId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Names of the fields read or written.
    pub fields: Vec<&'static str>,
    /// To whom data was given, when that is not the actor.
    pub recipient: Option<&'static str>,
}

impl Deed {
    /// Something done to an object of a registration.
    pub fn on(action: Action, object: ObjectRef, registration: RegistrationId) -> Self {
        Self { registration: Some(registration), ..Self::of(action, object) }
    }

    /// Something done that is about no registration.
    pub fn of(action: Action, object: ObjectRef) -> Self {
        Self { action, object, registration: None, outcome: Outcome::Done, fields: Vec::new(), recipient: None }
    }

    /// With the names of the fields that are read or written.
    #[must_use]
    pub fn with_fields(self, fields: &[&'static str]) -> Self {
        Self { fields: fields.to_vec(), ..self }
    }

    /// With another end than having been done.
    #[must_use]
    pub fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }
}

/// Makes entries; holds the key of their pseudonyms.
pub struct Recorder {
    pseudonyms: Current<Pseudonyms>,
}

impl Recorder {
    /// A recorder with the key ring's active key.
    ///
    /// # Errors
    /// When the ring has no such key.
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        Ok(Self { pseudonyms: Current::new(Pseudonyms::new(ring)?) })
    }

    /// Goes on with the keys of `ring`.
    ///
    /// # Errors
    /// As [`Recorder::new`]; then the keys stay what they were.
    pub fn renew(&self, ring: &KeyRing) -> Result<(), KeyRingError> {
        self.pseudonyms.replace(Pseudonyms::new(ring)?);
        Ok(())
    }

    /// The pseudonyms, for answering "who looked at my file".
    pub fn pseudonyms(&self) -> Arc<Pseudonyms> {
        self.pseudonyms.get()
    }

    /// The entry for a deed of the actor of a request.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be made: then the request fails, for nothing is done unseen.
    pub fn leaf(&self, ctx: &Ctx, deed: &Deed) -> Result<PreparedLeaf, Refusal> {
        // Whoever acts for a registrant is not the registrant.
        let own = ctx.actor.person.filter(|_| ctx.actor.represents.is_none());
        let actor = match (ctx.actor.role, own) {
            (Role::Registrant, Some(person)) => ActorRef::Registrant(self.pseudonyms.get().person(person)?),
            _ => ActorRef::Account(ctx.actor.account),
        };
        let who = Who {
            actor,
            role: Some(ctx.actor.role),
            organisation: Code::of_organisation(&ctx.actor.organisation),
            purpose: ctx.purpose,
            request: ctx.request,
            trace: ctx.trace.clone().try_into().ok(),
            at: ctx.now.system,
        };
        self.entry(who, deed)
    }

    /// The entry for a deed of the program itself, such as a job.
    ///
    /// # Errors
    /// As [`Recorder::leaf`].
    pub fn leaf_of_system(
        &self,
        part: &'static str,
        at: crate::clock::UtcTime,
        deed: &Deed,
    ) -> Result<PreparedLeaf, Refusal> {
        let who = Who {
            actor: ActorRef::System(Code::new(part)?),
            role: None,
            organisation: Code::literal("zedenregister"),
            purpose: None,
            request: RequestId::fresh(),
            trace: None,
            at,
        };
        self.entry(who, deed)
    }

    /// The entry for somebody who did not sign in.
    ///
    /// # Errors
    /// As [`Recorder::leaf`].
    pub fn leaf_of_nobody(
        &self,
        request: RequestId,
        trace: &str,
        at: crate::clock::UtcTime,
        deed: &Deed,
    ) -> Result<PreparedLeaf, Refusal> {
        let who = Who {
            actor: ActorRef::Nobody,
            role: None,
            organisation: Code::literal("none"),
            purpose: None,
            request,
            trace: trace.to_owned().try_into().ok(),
            at,
        };
        self.entry(who, deed)
    }

    fn entry(&self, who: Who, deed: &Deed) -> Result<PreparedLeaf, Refusal> {
        let registration = deed.registration.map(|id| self.pseudonyms.get().registration(id)).transpose()?;
        let (outcome, reason) = match deed.outcome {
            Outcome::Done => (EntryOutcome::Allowed, None),
            Outcome::Refused(code) => (EntryOutcome::Refused, Some(Code::new(code)?)),
            Outcome::Failed(code) => (EntryOutcome::Failed, Some(Code::new(code)?)),
        };
        let fields: BTreeSet<Code> =
            deed.fields.iter().map(|name| Code::new(&snake(name))).collect::<Result<_, _>>()?;
        let entry = AuditEntry {
            action: Code::new(deed.action.as_str())?,
            actor: who.actor,
            at: who.at,
            detail: None,
            fields,
            object: Some(EntryObject::new(Code::new(deed.object.kind)?, deed.object.id.as_deref())?),
            organisation: who.organisation,
            outcome,
            person: deed.object.person.map(|id| self.pseudonyms.get().person(id)).transpose()?,
            purpose: who.purpose,
            reason,
            recipient: deed.recipient.map(Code::new).transpose()?,
            registration: registration.clone(),
            request: who.request,
            role: who.role,
            trace: who.trace,
        };
        let leaf = entry.leaf()?;
        Ok(PreparedLeaf {
            recorded_at: who.at,
            entry: leaf.entry,
            leaf_hash: leaf.hash,
            subject_hash: registration.map(|pseudonym| pseudonym.as_str().to_owned()),
        })
    }
}

struct Who {
    actor: ActorRef,
    role: Option<Role>,
    organisation: Code,
    purpose: Option<crate::vocabulary::Purpose>,
    request: RequestId,
    trace: Option<super::leaf::TraceId>,
    at: crate::clock::UtcTime,
}

/// Field names are written in the alphabet of codes.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for symbol in name.chars() {
        if symbol.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(symbol.to_ascii_lowercase());
    }
    text
}

impl From<LeafError> for Refusal {
    fn from(error: LeafError) -> Self {
        Self::Keys(format!("audit entry: {error}"))
    }
}

impl From<KeyRingError> for Refusal {
    fn from(error: KeyRingError) -> Self {
        Self::Keys(error.to_string())
    }
}
