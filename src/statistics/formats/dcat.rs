//! The description of a release for data catalogues: DCAT-AP-NL 3.0 as JSON-LD, with every property that it makes
//! mandatory for a catalogue, a dataset and a distribution.

use serde_json::{Value as Json, json};

use super::dataset::{Dataset, Kind, Text};
use super::files::{FileSummary, Part};
use super::release::{Access, Contents, Release};

/// The theme "justice, legal system and public safety" of the European list of themes.
const THEME: &str = "http://publications.europa.eu/resource/authority/data-theme/JUST";
/// The profile this keeps to.
const PROFILE: &str = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/";

/// The catalogue of a release.
pub(super) fn document(release: &Release, contents: &[Contents<'_>]) -> Json {
    json!({
        "@context": context(),
        "@id": release.uri(),
        "@type": "dcat:Catalog",
        "dct:title": both(&release.title),
        "dct:description": both(&release.description),
        "dct:identifier": release.id,
        "dct:publisher": publisher(release),
        "dct:creator": publisher(release),
        "dct:conformsTo": listed(PROFILE, "dct:Standard"),
        "dct:license": licence(release),
        "dct:language": languages(),
        "dcat:contactPoint": contact(release),
        "dcat:theme": theme(),
        "dcat:dataset": contents.iter().map(|it| dataset(release, it)).collect::<Vec<_>>(),
    })
}

fn context() -> Json {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

fn both(text: &Text) -> Json {
    json!([{ "@value": text.nl, "@language": "nl" }, { "@value": text.en, "@language": "en" }])
}

/// Something of a list elsewhere, with its class, so that the description can be checked by itself.
fn listed(uri: &str, class: &str) -> Json {
    json!({ "@id": uri, "@type": class })
}

fn languages() -> Json {
    let language = |code| {
        let uri = format!("http://publications.europa.eu/resource/authority/language/{code}");
        listed(&uri, "dct:LinguisticSystem")
    };
    json!([language("NLD"), language("ENG")])
}

fn licence(release: &Release) -> Json {
    listed(&release.licence, "dct:LicenseDocument")
}

fn theme() -> Json {
    let label =
        Text::fixed("Justitie, rechtsstelsel en openbare veiligheid", "Justice, legal system and public safety");
    json!({ "@id": THEME, "@type": "skos:Concept", "skos:prefLabel": both(&label) })
}

fn publisher(release: &Release) -> Json {
    json!({ "@id": release.publisher.uri, "@type": "foaf:Agent", "foaf:name": release.publisher.name })
}

fn contact(release: &Release) -> Json {
    json!({
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": release.contact.name,
        "vcard:hasEmail": { "@id": format!("mailto:{}", release.contact.email) },
    })
}

fn access(release: &Release, dataset: &Dataset) -> Json {
    let access = match (dataset.about().kind, release.access) {
        // Rows about people are for a closed environment, whatever the release is.
        (Kind::Microdata, Access::Public | Access::Restricted | Access::NonPublic) => "NON_PUBLIC",
        (Kind::Table, Access::Public) => "PUBLIC",
        (Kind::Table, Access::Restricted) => "RESTRICTED",
        (Kind::Table, Access::NonPublic) => "NON_PUBLIC",
    };
    let uri = format!("http://publications.europa.eu/resource/authority/access-right/{access}");
    listed(&uri, "dct:RightsStatement")
}

fn dataset(release: &Release, contents: &Contents<'_>) -> Json {
    let about = contents.dataset.about();
    let id = format!("{}/{}", release.uri(), about.id);
    let day = |day: chrono::NaiveDate| json!({ "@value": day.to_string(), "@type": "xsd:date" });
    let rows = contents.files.iter().filter(|file| file.part == Part::Data);
    json!({
        "@id": id,
        "@type": "dcat:Dataset",
        "dct:identifier": id,
        "dct:title": both(&about.title),
        "dct:description": both(&about.definition),
        "dct:accessRights": access(release, contents.dataset),
        "dct:publisher": publisher(release),
        "dct:creator": publisher(release),
        "dct:language": languages(),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": day(about.reference.first()),
            "dcat:endDate": day(about.reference.last()),
        },
        "dcat:contactPoint": contact(release),
        "dcat:theme": theme(),
        "dcat:version": about.version,
        "dcat:distribution": rows.map(|file| distribution(release, file)).collect::<Vec<_>>(),
    })
}

fn distribution(release: &Release, file: &FileSummary) -> Json {
    let media_type = format!("http://www.iana.org/assignments/media-types/{}", file.media_type);
    json!({
        "@id": format!("{}/{}", release.uri(), file.name),
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:license": licence(release),
        "dcat:accessURL": { "@id": release.page },
        "dcat:mediaType": listed(&media_type, "dct:MediaType"),
        "dcat:byteSize": { "@value": file.bytes.to_string(), "@type": "xsd:nonNegativeInteger" },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": listed("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": { "@value": file.sha256, "@type": "xsd:hexBinary" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    fn described(dataset: &Dataset, rows: &[Vec<crate::formats::row::Value>]) -> Json {
        let files = sample::written(dataset, rows).1;
        document(&sample::release(), &[Contents { dataset, files: &files }])
    }

    #[test]
    fn every_mandatory_property_is_there() {
        let catalogue = described(&sample::table(), &sample::table_rows());
        let has = |of: &Json, properties: &[&str]| {
            for property in properties {
                assert!(!of[property].is_null(), "{property} of {}", of["@type"]);
            }
        };
        has(&catalogue, &["dct:title", "dct:description", "dct:publisher", "dcat:contactPoint", "dcat:dataset"]);
        let dataset = &catalogue["dcat:dataset"][0];
        has(dataset, &["dct:title", "dct:description", "dct:identifier", "dct:accessRights", "dct:creator"]);
        has(dataset, &["dct:publisher", "dcat:contactPoint", "dcat:theme"]);
        let distributions = dataset["dcat:distribution"].as_array().unwrap();
        assert_eq!(distributions.len(), 4, "CSV, Parquet, JSON-stat in two languages");
        distributions.iter().for_each(|it| has(it, &["dcat:accessURL", "dct:license", "spdx:checksum"]));
    }

    #[test]
    fn rows_about_people_are_never_called_public() {
        let of =
            |catalogue: &Json| catalogue["dcat:dataset"][0]["dct:accessRights"]["@id"].as_str().unwrap().to_owned();
        assert!(of(&described(&sample::table(), &sample::table_rows())).ends_with("/PUBLIC"));
        assert!(of(&described(&sample::microdata(), &sample::microdata_rows(3))).ends_with("/NON_PUBLIC"));
    }
}
