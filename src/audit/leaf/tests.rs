use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::*;
use crate::crypto::keyring::KeyPurpose;

fn noon() -> UtcTime {
    "2026-04-01T12:00:00.000250Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn with_ring(test: impl FnOnce(KeyRing, StdRng)) {
    let temp = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let ring = KeyRing::init(&temp.path().join("keys"), noon().utc(), &mut rng).unwrap();
    test(ring, rng);
}

fn id<T: std::str::FromStr<Err: fmt::Debug>>(last: u8) -> T {
    format!("0198f3c2-6c1e-7d5a-9c43-0000000000{last:02x}").parse().unwrap()
}

fn entry(registration: Option<Pseudonym>) -> AuditEntry {
    AuditEntry {
        action: Code::literal("registration.read"),
        actor: ActorRef::Account(id(1)),
        at: noon(),
        detail: None,
        fields: ["surname", "birth_date"].into_iter().map(|name| Code::new(name).unwrap()).collect(),
        object: Some(ObjectRef::new(Code::literal("flag"), Some("0198f3c2-6c1e-7d5a-9c43-0000000000aa")).unwrap()),
        organisation: Code::of_organisation("Reclassering Nederland"),
        outcome: Outcome::Allowed,
        person: None,
        purpose: Some(Purpose::Supervision),
        reason: None,
        recipient: None,
        registration,
        request: id(2),
        role: Some(Role::SupervisionOfficer),
        trace: Some(TraceId::try_from("0af7651916cd43dd8448eb211c80319c".to_owned()).unwrap()),
    }
}

// ASVS 5.0: 16.2.1, 16.2.2, 16.2.4
#[test]
fn the_canonical_form_is_fixed_to_the_byte() {
    let leaf = entry(None).leaf().unwrap();
    assert_eq!(
        leaf.entry,
        concat!(
            r#"{"action":"registration.read","actor":{"account":"0198f3c2-6c1e-7d5a-9c43-000000000001"},"#,
            r#""at":"2026-04-01T12:00:00.000250Z","fields":["birth_date","surname"],"#,
            r#""object":{"id":"0198f3c2-6c1e-7d5a-9c43-0000000000aa","kind":"flag"},"#,
            r#""organisation":"reclassering-nederland","outcome":"allowed","purpose":"supervision","#,
            r#""request":"0198f3c2-6c1e-7d5a-9c43-000000000002","role":"supervision_officer","#,
            r#""trace":"0af7651916cd43dd8448eb211c80319c"}"#
        )
    );
    assert_eq!(leaf.hash, leaf_hash(leaf.entry.as_bytes()));
    assert_eq!(AuditEntry::from_canonical(&leaf.entry), Ok(entry(None)));
}

#[test]
fn members_are_sorted_also_when_all_are_there() {
    with_ring(|ring, mut rng| {
        let names = Pseudonyms::new(&ring).unwrap();
        let key = crate::crypto::field::DataKey::generate(&mut rng);
        let place = crate::crypto::field::FieldPlace { table: "audit", column: "detail", row: "1" };
        let full = AuditEntry {
            person: Some(names.person(id(3)).unwrap()),
            detail: Some(key.encrypt(place, b"Jansen", &mut rng).unwrap().try_into().unwrap()),
            reason: Some(Code::literal("forbidden")),
            recipient: Some(Code::literal("om")),
            ..entry(Some(names.registration(id(4)).unwrap()))
        };
        let text = full.leaf().unwrap().entry;
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let members: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        assert_eq!(members.len(), 16);
        assert!(members.is_sorted(), "{members:?}");
        assert!(text.is_ascii() && !text.contains('\\'));
        assert_eq!(AuditEntry::from_canonical(&text), Ok(full));
    });
}

#[test]
fn another_spelling_of_the_same_entry_is_refused() {
    let text = entry(None).leaf().unwrap().entry;
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut reversed = serde_json::Map::new();
    for (name, member) in value.as_object().unwrap().iter().rev() {
        reversed.insert(name.clone(), member.clone());
    }
    for other in [
        format!("{text} "),
        text.replace("\"outcome\":", "\"outcome\": "),
        serde_json::Value::Object(reversed).to_string(),
        text.replace(r#""birth_date","surname""#, r#""surname","birth_date""#),
        text.replace("allowed", "\\u0061llowed"),
        text.replace("12:00:00.000250Z", "14:00:00.000250+02:00"),
        text.replace(r#","role""#, r#","person":null,"role""#),
        text.replace(r#","role""#, r#","note":"x","role""#),
    ] {
        assert_ne!(other, text);
        assert_eq!(AuditEntry::from_canonical(&other), Err(LeafError::NotCanonical), "{other}");
    }
}

// ASVS 5.0: 16.2.5, 16.4.1
#[test]
fn nothing_a_person_could_be_known_by_fits_in() {
    for name in ["Jansen", "jan jansen", "", "é", "a@b", "a/b", &"a".repeat(65)] {
        assert_eq!(Code::new(name), Err(LeafError::Code), "{name}");
    }
    let registration = "0198f3c2-6c1e-7d5a-9c43-0000000000aa";
    for kind in ["person", "registration"] {
        let refused = ObjectRef::new(Code::new(kind).unwrap(), Some(registration));
        assert_eq!(refused, Err(LeafError::NotAPseudonym));
    }
    assert_eq!(ObjectRef::new(Code::literal("flag"), Some("jansen")), Err(LeafError::Id));
    for plain in ["Jansen", "v1.x.y", ""] {
        assert_eq!(SealedDetail::try_from(plain.to_owned()), Err(LeafError::Detail));
    }
    for plain in ["Jansen", "kid:jansen", &format!("kid:{}", "g".repeat(32)), registration] {
        assert_eq!(Pseudonym::try_from(plain.to_owned()), Err(LeafError::NotAPseudonym));
    }
    assert_eq!(TraceId::try_from("jansen".to_owned()), Err(LeafError::Trace));
    let smuggled = json!({"kind": "person", "id": registration});
    assert!(serde_json::from_value::<ObjectRef>(smuggled).is_err());
}

#[test]
fn a_pseudonym_depends_on_key_kind_and_id_and_is_found_again_after_rotation() {
    with_ring(|mut ring, mut rng| {
        let before = Pseudonyms::new(&ring).unwrap();
        let old = before.registration(id(4)).unwrap();
        assert_eq!(old, before.registration(id(4)).unwrap());
        assert_ne!(old, before.registration(id(5)).unwrap());
        assert_ne!(old, before.person(id(4)).unwrap());
        assert!(!old.as_str().contains("0198f3c2"));

        ring.rotate(KeyPurpose::AuditLeaf, noon().utc(), &mut rng).unwrap();
        let after = Pseudonyms::new(&ring).unwrap();
        let new = after.registration(id(4)).unwrap();
        assert_ne!(new, old);
        assert_eq!(after.registration_ever(id(4)).unwrap(), [new, old]);
    });
}

#[test]
fn an_organisation_becomes_a_code_whatever_its_name() {
    for (name, code) in
        [("OM", "om"), ("Reclassering Nederland", "reclassering-nederland"), ("", "none"), ("Zoë", "zo-")]
    {
        assert_eq!(Code::of_organisation(name).as_str(), code);
        assert!(Code::new(Code::of_organisation(name).as_str()).is_ok());
    }
}
