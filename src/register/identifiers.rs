//! Numbers by which Dutch authorities know a person, and how to tell a wrong one.

use super::refusal::FieldError;

/// The fault of a citizen service number: nine digits, not all zero, that pass the eleven-test (Wabb).
pub fn bsn_fault(bsn: &str, pointer: &str) -> Option<FieldError> {
    (!passes_eleven_test(bsn)).then(|| {
        FieldError::new(pointer, "not_a_bsn", "Not a citizen service number: nine digits that pass the eleven-test.")
    })
}

/// The fault of a chain number. Its format is not known here: opaque digits, checked against the chain's own database.
pub fn skn_fault(skn: &str, pointer: &str) -> Option<FieldError> {
    let well_formed = (1..=12).contains(&skn.len()) && skn.bytes().all(|b| b.is_ascii_digit());
    (!well_formed).then(|| FieldError::new(pointer, "not_a_skn", "Not a chain number: 1 to 12 digits."))
}

fn passes_eleven_test(bsn: &str) -> bool {
    let digits: Vec<i32> = bsn.bytes().filter(u8::is_ascii_digit).map(|b| i32::from(b - b'0')).collect();
    if bsn.len() != 9 || digits.len() != 9 || digits.iter().all(|d| *d == 0) {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleven_test_tells_valid_numbers_from_others() {
        for valid in ["111222333", "123456782", "999990019", "999900006"] {
            assert_eq!(bsn_fault(valid, "/bsn"), None, "{valid}");
        }
        for invalid in ["123456789", "111222334", "000000000", "12345678", "1234567821", "99999001x", ""] {
            assert!(bsn_fault(invalid, "/bsn").is_some(), "{invalid}");
        }
    }
}
