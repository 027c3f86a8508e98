//! The second pass over people who come out of a database: their rows into every file of a release, in the order of the
//! pseudonyms, without anybody being held for longer than it takes to write them.
//!
//! The pseudonyms are spread evenly over all numbers. They are cut into parts of so many people; for each part the ids of
//! everybody are gone through, those of the part are kept, put in order and read. Going through ids costs little beside
//! reading histories, each of which is read once.

use super::census::Scheme;
use super::{Keyed, Pseudonym, datasets, of_person};
use crate::formats::dataset::{Dataset, Flaw};
use crate::formats::files::{FileSummary, Folder, WriteFailure};
use crate::formats::release::DatasetFiles;
use crate::history::{History, PersonId};

/// People in a part, about: 32 bytes each.
const PART: u64 = 16_384;
/// Histories that are held at once.
const PAGE: usize = 200;

/// Where people come from. Between the passes they do not change, but somebody may be gone.
pub trait People {
    /// Why they cannot be read.
    type Error;

    /// Tells the id of everybody, each once, in whatever order.
    ///
    /// # Errors
    /// When they cannot be read.
    fn ids(&mut self, each: &mut dyn FnMut(PersonId)) -> Result<(), Self::Error>;

    /// The histories of these people in whatever order, without those of whom there is none.
    ///
    /// # Errors
    /// When they cannot be read.
    fn histories(&mut self, of: &[PersonId]) -> Result<Vec<History>, Self::Error>;
}

/// Why the files were not written.
#[derive(Debug, thiserror::Error)]
pub enum Stopped<E> {
    /// People could not be read.
    #[error("people could not be read")]
    People(E),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] WriteFailure),
    /// The description of a file is not sound.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The key gave two people one pseudonym.
    #[error("two people have one pseudonym: the key is no good")]
    Key,
}

/// A dataset with the files that were written of it.
pub type Written = (Dataset, Vec<FileSummary>);

/// Writes the files of people and those of their events.
///
/// # Errors
/// [`Stopped`]; what was written by then is not whole.
pub fn write<P: People, D: Folder + Clone>(
    scheme: &Scheme,
    people: &mut P,
    key: &impl Keyed,
    folder: &D,
) -> Result<[Written; 2], Stopped<P::Error>> {
    let about = (datasets::people(scheme.terms())?, datasets::events(scheme.terms())?);
    let (mut for_people, mut for_events) = (folder.clone(), folder.clone());
    let mut of_people = DatasetFiles::begin(&about.0, &mut for_people)?;
    let mut of_events = DatasetFiles::begin(&about.1, &mut for_events)?;
    let mut count = 0;
    people.ids(&mut |_| count += 1).map_err(Stopped::People)?;
    let parts = count / PART + 1;
    for part in 0..parts {
        let order = order(people, key, (part, parts))?;
        for page in order.chunks(PAGE) {
            for history in in_order(people, page).map_err(Stopped::People)? {
                let Some((person, events)) = scheme.rows(&history, key) else { continue };
                of_people.row(&datasets::person_row(&person))?;
                events.iter().try_for_each(|event| of_events.row(&datasets::event_row(event)))?;
            }
        }
    }
    let files = (of_people.finish()?, of_events.finish()?);
    Ok([(about.0, files.0), (about.1, files.1)])
}

/// The people of a part, in the order of their pseudonyms.
fn order<P: People>(
    people: &mut P,
    key: &impl Keyed,
    (part, parts): (u64, u64),
) -> Result<Vec<(Pseudonym, PersonId)>, Stopped<P::Error>> {
    let mut found = Vec::new();
    let mut keep = |person| {
        let pseudonym = of_person(key, person);
        if part_of(pseudonym, parts) == part {
            found.push((pseudonym, person));
        }
    };
    people.ids(&mut keep).map_err(Stopped::People)?;
    found.sort_unstable();
    if found.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(Stopped::Key);
    }
    Ok(found)
}

/// In which of so many parts a pseudonym is; parts ascend as pseudonyms do.
fn part_of(pseudonym: Pseudonym, parts: u64) -> u64 {
    let [a, b, c, d, ..] = pseudonym.0;
    // The first four bytes as a share of all numbers of four bytes.
    (u64::from(u32::from_be_bytes([a, b, c, d])) * parts) >> 32
}

/// The histories of a page, in its order.
fn in_order<P: People>(people: &mut P, page: &[(Pseudonym, PersonId)]) -> Result<Vec<History>, P::Error> {
    let ids: Vec<PersonId> = page.iter().map(|(_, person)| *person).collect();
    let mut histories = people.histories(&ids)?;
    histories.sort_by_cached_key(|history| ids.iter().position(|id| *id == history.person));
    Ok(histories)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;
    use std::io::{self, Sink};

    use super::super::{Census, Terms, release};
    use super::*;
    use crate::formats::files::Memory;
    use crate::formats::release::write_release_files;
    use crate::history::sample::{crowd, day, of_crowd};

    /// A stand-in for a keyed hash that spreads over all numbers.
    fn key(message: &[u8]) -> [u8; 16] {
        use sha2::{Digest, Sha256};
        let mut hash = [0; 16];
        hash.copy_from_slice(&Sha256::digest(message)[..16]);
        hash
    }

    /// People who are made when they are asked for, so that nothing of them is held.
    struct Invented(u128);

    impl People for Invented {
        type Error = Infallible;

        fn ids(&mut self, each: &mut dyn FnMut(PersonId)) -> Result<(), Infallible> {
            (1..=self.0).map(PersonId).for_each(each);
            Ok(())
        }

        fn histories(&mut self, of: &[PersonId]) -> Result<Vec<History>, Infallible> {
            Ok(of.iter().rev().map(|id| of_crowd(id.0, 7)).collect())
        }
    }

    /// A folder that keeps nothing.
    #[derive(Clone)]
    struct Nothing;

    impl Folder for Nothing {
        type File = Sink;

        fn create(&mut self, _: &str) -> io::Result<Sink> {
            Ok(io::sink())
        }
    }

    fn scheme(people: u128) -> Scheme {
        let mut census = Census::new(Terms::new(day(180)));
        (1..=people).for_each(|id| census.add(&of_crowd(id, 7)));
        census.decide().unwrap()
    }

    /// The same files as when all histories are at hand, also over several parts.
    #[test]
    fn streamed_files_are_those_of_the_whole() {
        let people = u128::from(PART) + 3000;
        let folder = Memory::default();
        let written = write(&scheme(people), &mut Invented(people), &key, &folder).unwrap();
        assert!(written.iter().all(|(_, files)| files.len() > 5));
        let terms = Terms::new(day(180));
        let (_, of_people, of_events) = release(&crowd(people, 7), terms, &key).unwrap();
        let mut whole = Memory::default();
        let rows = of_people.iter().map(datasets::person_row);
        write_release_files(&datasets::people(terms).unwrap(), rows, &mut whole).unwrap();
        let rows = of_events.iter().map(datasets::event_row);
        write_release_files(&datasets::events(terms).unwrap(), rows, &mut whole).unwrap();
        assert_eq!(folder.files(), whole.files());
    }

    #[test]
    fn parts_ascend_and_hold_everybody() {
        let of = |first: u8| part_of(Pseudonym([first; 16]), 7);
        assert_eq!((of(0), of(255)), (0, 6));
        assert!((0..255).all(|first| of(first) <= of(first + 1)));
    }

    #[test]
    fn one_pseudonym_for_two_is_refused() {
        let stopped = write(&scheme(200), &mut Invented(200), &|_: &[u8]| [0; 16], &Memory::default());
        assert!(matches!(stopped, Err(Stopped::Key)), "{stopped:?}");
    }

    /// Somebody whose file was destroyed is gone from the files; the rows of all others stay what they were.
    #[test]
    fn of_somebody_who_is_gone_only_the_rows_are_gone() {
        struct Without(u128, PersonId);
        impl People for Without {
            type Error = Infallible;

            fn ids(&mut self, each: &mut dyn FnMut(PersonId)) -> Result<(), Infallible> {
                Invented(self.0).ids(&mut |id| {
                    if id != self.1 {
                        each(id);
                    }
                })
            }

            fn histories(&mut self, of: &[PersonId]) -> Result<Vec<History>, Infallible> {
                Invented(self.0).histories(of)
            }
        }
        let scheme = scheme(400);
        let kept = serde_json::to_string(&scheme).unwrap();
        let kept: Scheme = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept, scheme, "it can be kept");
        let lines = |folder: &Memory| -> BTreeMap<String, Vec<String>> {
            let files = folder.files();
            let csv = files.iter().filter(|(name, _)| name.ends_with(".csv"));
            csv.map(|(name, text)| (name.clone(), String::from_utf8_lossy(text).lines().map(str::to_owned).collect()))
                .collect()
        };
        let (before, after) = (Memory::default(), Memory::default());
        write(&scheme, &mut Invented(400), &key, &before).unwrap();
        let gone = (1..=400).map(PersonId).find(|id| scheme.rows(&of_crowd(id.0, 7), &key).is_some()).unwrap();
        write(&kept, &mut Without(400, gone), &key, &after).unwrap();
        let pseudonym = of_person(&key, gone).to_string();
        let (mut expected, after) = (lines(&before), lines(&after));
        assert!(expected.values().any(|lines| lines.iter().any(|line| line.starts_with(&pseudonym))));
        expected.values_mut().for_each(|lines| lines.retain(|line| !line.starts_with(&pseudonym)));
        assert_eq!(after, expected);
    }

    /// The most memory this process ever held, in KiB.
    #[cfg(target_os = "linux")]
    fn most_held() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse().unwrap()
    }

    /// More people, the same memory. The first run fills a group of rows of both files (32,768), so that only what grows
    /// with the people could make a difference.
    ///
    /// In a process of its own, since what other tests hold would count.
    #[cfg(target_os = "linux")]
    #[test]
    fn memory_does_not_grow_with_the_people() {
        const ALONE: &str = "ZEDEN_TEST_ALONE";
        if std::env::var_os(ALONE).is_none() {
            let (_, here) = module_path!().split_once("::").unwrap();
            let mut own = std::process::Command::new(std::env::current_exe().unwrap());
            own.args(["--exact", &format!("{here}::memory_does_not_grow_with_the_people"), "--nocapture"]);
            let ended = own.env(ALONE, "1").status().unwrap();
            assert!(ended.success(), "{ended}");
            return;
        }
        let run = |people| write(&scheme(people), &mut Invented(people), &key, &Nothing).unwrap();
        let [(_, people), _] = run(36_000);
        assert!(people[0].rows > Some(32_768), "{:?}", people[0].rows);
        let few = most_held();
        let [(_, people), _] = run(72_000);
        let many = most_held();
        assert!(people[0].rows > Some(65_536), "{:?}", people[0].rows);
        println!("36,000 people: {few} KiB at most; 72,000 people: {many} KiB");
        assert!(many < few + 4096, "{few} KiB of 36,000 people, {many} KiB of 72,000");
    }
}
