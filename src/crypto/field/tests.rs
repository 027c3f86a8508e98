use std::num::NonZeroUsize;
use std::sync::Arc;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::keyring::{KeyPurpose, KeyRing};

const PLACE: FieldPlace<'static> =
    FieldPlace { table: "person", column: "surname", row: "0198f3c2-0000-7000-8000-000000000001" };

fn now() -> DateTime<Utc> {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

struct World {
    _temp: tempfile::TempDir,
    ring: KeyRing,
    store: Arc<MemoryKeyStore>,
    rng: StdRng,
}

impl World {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut rng = StdRng::seed_from_u64(7);
        let ring = KeyRing::init(&temp.path().join("keys"), now(), &mut rng).unwrap();
        Self { _temp: temp, ring, store: Arc::default(), rng }
    }

    fn keys(&self) -> FieldKeys {
        FieldKeys::new(&self.ring, self.store.clone(), NonZeroUsize::new(2).unwrap()).unwrap()
    }

    fn person(&mut self) -> PersonId {
        PersonId::fresh()
    }
}

/// RFC 8452, appendix C.2, the case of eight bytes without associated data.
// ASVS 5.0: 11.2.1, 11.2.3, 11.3.1, 11.3.2
#[test]
fn the_cipher_answers_the_vector_of_rfc_8452() {
    let mut key = [0u8; 32];
    key[0] = 1;
    let sealed = hex::decode("030000000000000000000000c2ef328e5c71c83b843122130f7364b761e0b97427e3df28");
    let opened = open(&key, b"", &sealed.unwrap()).unwrap();
    assert_eq!(hex::encode(&*opened), "0100000000000000");
}

// ASVS 5.0: 11.3.4
#[test]
fn what_was_encrypted_comes_back_and_no_two_ciphertexts_are_equal() {
    let mut w = World::new();
    let keys = w.keys();
    let person = w.person();
    let id = keys.create(person, &mut w.rng).unwrap();
    let one = keys.encrypt(id, PLACE, "Jansen-de Wit".as_bytes(), &mut w.rng).unwrap();
    let two = keys.encrypt(id, PLACE, "Jansen-de Wit".as_bytes(), &mut w.rng).unwrap();
    assert_ne!(one, two);
    assert!(one.starts_with(&format!("v1.{id}.")));
    assert!(!one.contains("Jansen"));
    assert_eq!(&**keys.decrypt(PLACE, &one).unwrap(), b"Jansen-de Wit");
    assert_eq!(&**keys.decrypt(PLACE, &two).unwrap(), b"Jansen-de Wit");
    let empty = keys.encrypt(id, PLACE, b"", &mut w.rng).unwrap();
    assert!(keys.decrypt(PLACE, &empty).unwrap().is_empty());
}

// ASVS 5.0: 11.2.5
#[test]
fn another_place_another_key_and_another_form_give_one_and_the_same_error() {
    let mut w = World::new();
    let keys = w.keys();
    let (one, two) = (w.person(), w.person());
    let id = keys.create(one, &mut w.rng).unwrap();
    let other = keys.create(two, &mut w.rng).unwrap();
    let text = keys.encrypt(id, PLACE, b"secret", &mut w.rng).unwrap();

    let places = [
        FieldPlace { table: "account", ..PLACE },
        FieldPlace { column: "forename", ..PLACE },
        FieldPlace { row: "0198f3c2-0000-7000-8000-000000000002", ..PLACE },
        FieldPlace { table: "persons", column: "urname", ..PLACE },
    ];
    let mut answers: Vec<_> = places.iter().map(|place| keys.decrypt(*place, &text)).collect();
    let sealed = text.rsplit('.').next().unwrap();
    for bad in [
        format!("v1.{other}.{sealed}"),
        format!("v2.{id}.{sealed}"),
        format!("v1.{id}.{sealed}."),
        format!("v1.{id}"),
        format!("v1.{}.{sealed}", Uuid::nil().simple()),
        format!("v1.{}.{sealed}", id.to_string().to_uppercase()),
        format!("v1.{id}.{sealed}="),
        String::new(),
        "Jansen".to_owned(),
    ] {
        answers.push(keys.decrypt(PLACE, &bad));
    }
    for answer in answers {
        let error = answer.unwrap_err();
        assert!(matches!(error, FieldError::Undecipherable));
        assert_eq!(error.to_string(), "the encrypted value cannot be read");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 64 } else { 1000 }))]

    // ASVS 5.0: 11.3.3
    #[test]
    fn any_flipped_bit_and_any_cut_is_noticed(plain in prop::collection::vec(any::<u8>(), 0..80), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut rng = StdRng::seed_from_u64(3);
        let key = DataKey::generate(&mut rng);
        let text = key.encrypt(PLACE, &plain, &mut rng).unwrap();
        prop_assert_eq!(&*key.decrypt(PLACE, &text).unwrap(), &plain);

        let mut sealed = decode(text.rsplit('.').next().unwrap()).unwrap();
        let at = at.index(sealed.len());
        prop_assert!(open(key.secret.expose_secret(), &PLACE.associated(), &sealed[..at]).is_err());
        sealed[at] ^= 1 << bit;
        let altered = format!("v1.{}.{}", key.id(), URL_SAFE_NO_PAD.encode(&sealed));
        prop_assert!(matches!(key.decrypt(PLACE, &altered), Err(FieldError::Undecipherable)));
        prop_assert!(key.decrypt(PLACE, &text[..text.len() - 1]).is_err());
    }
}

#[test]
fn a_wrapped_key_given_to_another_person_does_not_unwrap() {
    let mut w = World::new();
    let (one, two) = (w.person(), w.person());
    let kek = w.ring.active().unwrap();
    let wrapped = DataKey::generate(&mut w.rng).wrap(one, &kek, &mut w.rng).unwrap();
    assert!(wrapped.unwrap_with(&kek).is_ok());
    let moved = WrappedDataKey { person: two, ..wrapped.clone() };
    assert!(matches!(moved.unwrap_with(&kek), Err(FieldError::Undecipherable)));
    let renamed = WrappedDataKey { id: DataKeyId::generate(&mut w.rng), ..wrapped };
    assert!(matches!(renamed.unwrap_with(&kek), Err(FieldError::Undecipherable)));
}

// ASVS 5.0: 14.2.2
#[test]
fn destroying_the_key_erases_at_once_also_from_the_cache() {
    let mut w = World::new();
    let keys = w.keys();
    let person = w.person();
    let id = keys.create(person, &mut w.rng).unwrap();
    let text = keys.encrypt(id, PLACE, b"secret", &mut w.rng).unwrap();
    assert!(keys.decrypt(PLACE, &text).is_ok());
    let tombstone = keys.destroy(id, now()).unwrap();

    for answer in [keys.decrypt(PLACE, &text), w.keys().decrypt(PLACE, &text)] {
        assert!(matches!(answer, Err(FieldError::KeyDestroyed(at)) if at == now()));
    }
    assert!(matches!(keys.encrypt(id, PLACE, b"more", &mut w.rng), Err(FieldError::KeyDestroyed(_))));
    let later = now() + chrono::TimeDelta::days(1);
    assert_eq!(keys.destroy(id, later).unwrap(), tombstone);
    assert_eq!(w.store.tombstones().unwrap(), [tombstone]);
}

#[test]
fn a_restored_backup_does_not_bring_an_erased_person_back() {
    let mut w = World::new();
    let keys = w.keys();
    let person = w.person();
    let id = keys.create(person, &mut w.rng).unwrap();
    let text = keys.encrypt(id, PLACE, b"secret", &mut w.rng).unwrap();
    let Some(KeyRecord::Live(backup)) = w.store.get(id).unwrap() else {
        panic!("the key is alive");
    };
    keys.destroy(id, now()).unwrap();
    let outside = w.store.tombstones().unwrap();
    assert!(matches!(w.store.put(&backup), Err(KeyStoreError::Conflict(_))));

    // An older copy of the store is put back: the key is alive again until the list is replayed.
    w.store = Arc::default();
    w.store.put(&backup).unwrap();
    assert!(w.keys().decrypt(PLACE, &text).is_ok());
    assert_eq!(w.store.replay(&outside).unwrap(), 1);
    assert_eq!(w.store.replay(&outside).unwrap(), 0);
    assert!(matches!(w.keys().decrypt(PLACE, &text), Err(FieldError::KeyDestroyed(_))));
}

#[test]
fn a_destruction_by_another_process_is_noticed() {
    let mut w = World::new();
    let (here, there) = (w.keys(), w.keys());
    let person = w.person();
    let id = here.create(person, &mut w.rng).unwrap();
    let text = here.encrypt(id, PLACE, b"secret", &mut w.rng).unwrap();
    assert!(here.decrypt(PLACE, &text).is_ok());
    assert_eq!(here.forget_destroyed().unwrap(), 0);
    there.destroy(id, now()).unwrap();
    assert_eq!(here.forget_destroyed().unwrap(), 1);
    assert!(matches!(here.decrypt(PLACE, &text), Err(FieldError::KeyDestroyed(_))));
}

// ASVS 5.0: 14.2.2
#[test]
fn the_cache_is_bounded_and_keeps_nothing_found_before_a_destruction() {
    let mut rng = StdRng::seed_from_u64(5);
    let cache = DataKeyCache::new(NonZeroUsize::new(2).unwrap());
    let keys: Vec<_> = (0..3).map(|_| Arc::new(DataKey::generate(&mut rng))).collect();
    for key in &keys {
        let start = cache.get(key.id()).unwrap_err();
        cache.insert(start, key);
    }
    assert_eq!(cache.ids().len(), 2);
    assert!(cache.get(keys[0].id()).is_err());

    let start = cache.get(keys[0].id()).unwrap_err();
    cache.forget(keys[0].id());
    cache.insert(start, &keys[0]);
    assert!(cache.get(keys[0].id()).is_err(), "found before the destruction, so not kept");
}

// ASVS 5.0: 11.2.2, 13.3.4
#[test]
fn rotation_of_the_ring_rewraps_and_can_be_resumed() {
    let mut w = World::new();
    let before = w.keys();
    let people: Vec<_> = (0..3).map(|_| w.person()).collect();
    let ids: Vec<_> = people.iter().map(|person| before.create(*person, &mut w.rng).unwrap()).collect();
    let text = before.encrypt(ids[1], PLACE, b"kept", &mut w.rng).unwrap();
    let old = w.ring.active::<FieldKek>().unwrap().kid().clone();
    w.ring.rotate(KeyPurpose::FieldKek, now(), &mut w.rng).unwrap();

    let after = w.keys();
    assert_eq!(&**after.decrypt(PLACE, &text).unwrap(), b"kept");
    assert!(after.rewrap(ids[0], &mut w.rng).unwrap());
    assert!(!after.rewrap(ids[0], &mut w.rng).unwrap());
    let mut told = 0;
    assert_eq!(after.rewrap_all(&mut w.rng, || told += 1).unwrap(), 2, "all but the one that was done");
    assert_eq!((told, after.rewrap_all(&mut w.rng, || ()).unwrap()), (2, 0));

    w.ring.destroy(KeyPurpose::FieldKek, old.as_str(), now()).unwrap();
    assert_eq!(&**w.keys().decrypt(PLACE, &text).unwrap(), b"kept");
    after.destroy(ids[2], now()).unwrap();
    assert!(!after.rewrap(ids[2], &mut w.rng).unwrap(), "a destroyed key stays destroyed");
}

// ASVS 5.0: 16.2.5
#[test]
fn debug_never_shows_a_key() {
    let mut w = World::new();
    let key = DataKey::generate(&mut w.rng);
    let secret = hex::encode(key.secret.expose_secret());
    let shown = format!("{key:?} {:?}", w.keys());
    assert!(!shown.contains(&secret) && !shown.contains(&format!("{:?}", key.secret.expose_secret())));
}
