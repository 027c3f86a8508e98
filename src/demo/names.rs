//! Words that invented people are made of. The surnames say that they are invented, the places and streets exist
//! nowhere, and addresses for mail end in the reserved `.example`.

/// Given names.
pub const GIVEN: [&str; 40] = [
    "Adriaan", "Bart", "Cornelis", "Daan", "Evert", "Frits", "Gerrit", "Hendrik", "Ivo", "Jan", "Karel", "Lucas",
    "Maarten", "Nico", "Otto", "Pieter", "Quinten", "Ruud", "Sander", "Theo", "Udo", "Victor", "Wim", "Xander",
    "Yorick", "Zeger", "Arjan", "Bram", "Coen", "Dirk", "Emiel", "Ferdi", "Gijs", "Hugo", "Ilse", "Joost", "Koen",
    "Leo", "Mirjam", "Noor",
];

/// Prefixes of surnames; most people have none.
pub const PREFIXES: [&str; 4] = ["van", "de", "van der", "ter"];

/// Surnames.
pub const SURNAMES: [&str; 40] = [
    "Voorbeeld",
    "Verzonnen",
    "Proefstra",
    "Testema",
    "Modelaar",
    "Schijnsma",
    "Fictief",
    "Demonstra",
    "Bedacht",
    "Nergens",
    "Oefenaar",
    "Papierman",
    "Luchtkasteel",
    "Droombeeld",
    "Denkbeeld",
    "Speelman-Nep",
    "Sprookjesma",
    "Kunstmans",
    "Namaakstra",
    "Monsterma",
    "Synthesius",
    "Placebo",
    "Stelsma",
    "Neppenberg",
    "Simulaar",
    "Figurant",
    "Decorstra",
    "Maskersma",
    "Schetsema",
    "Plaatshouder",
    "Invulstra",
    "Hypothesius",
    "Proefkonijn",
    "Rekenaar",
    "Modelma",
    "Beeldspraak",
    "Fabelman",
    "Verdichtsel",
    "Toneelstra",
    "Zomaarwat",
];

/// Streets.
pub const STREETS: [&str; 20] = [
    "Voorbeeldstraat",
    "Proeflaan",
    "Modelweg",
    "Verzonnenplein",
    "Testkade",
    "Schijnsingel",
    "Fabelpad",
    "Oefenhof",
    "Denkbeeldlaan",
    "Papierstraat",
    "Sprookjesdreef",
    "Nergensgracht",
    "Simulatiering",
    "Decorlaan",
    "Schetsstraat",
    "Figurantenweg",
    "Placebopad",
    "Maskerhof",
    "Droomsteeg",
    "Luchtkasteellaan",
];

/// Towns of the pilot.
pub const TOWNS: [&str; 10] = [
    "Voorbeeldstad",
    "Proefdorp",
    "Modelhaven",
    "Nergenshuizen",
    "Testveen",
    "Schijnoord",
    "Fabelwijk",
    "Oefenbroek",
    "Verzonnerdam",
    "Denkbeeldingen",
];

/// Towns under the Irish rules.
pub const IRISH_TOWNS: [&str; 5] = ["Ballysample", "Kilexample", "Testmore", "Inishnowhere", "Dunfiction"];

/// Destinations: country, a street there, a town there.
pub const ABROAD: [(&str, &str, &str); 8] = [
    ("ES", "Calle Ejemplo", "Villaficticia"),
    ("DE", "Musterstrasse", "Musterstadt"),
    ("BE", "Voorbeeldlei", "Nergensgem"),
    ("FR", "Rue de l'Exemple", "Villemodele"),
    ("PT", "Rua do Exemplo", "Vila Modelo"),
    ("TH", "Soi Tua Yang", "Mueang Samut"),
    ("IT", "Via Esempio", "Borgo Finto"),
    ("GB", "Sample Road", "Nowhere-on-Sea"),
];
