//! Citizen service numbers that belong to nobody: the test range 9999xxxxx, of which one in eleven is valid.

/// The first number of the test range.
const FIRST: u32 = 999_900_000;

/// The last number of the test range.
const LAST: u32 = 999_999_999;

/// The `index`-th valid number of the test range; `None` when the range has no more (it holds 9,091).
pub fn test_number(index: usize) -> Option<String> {
    (FIRST..=LAST).filter(|number| passes_eleven_test(*number)).nth(index).map(|number| number.to_string())
}

/// 9 d1 + 8 d2 + ... + 2 d8 - d9 is divisible by eleven.
fn passes_eleven_test(number: u32) -> bool {
    let mut rest = number;
    let mut sum = 0i64;
    for weight in [-1, 2, 3, 4, 5, 6, 7, 8, 9] {
        sum += weight * i64::from(rest % 10);
        rest /= 10;
    }
    sum % 11 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_begins_with_known_test_numbers_and_ends() {
        assert_eq!(test_number(0).as_deref(), Some("999900006"));
        assert!(passes_eleven_test(999_990_019) && passes_eleven_test(111_222_333));
        assert!(!passes_eleven_test(123_456_789));
        assert!(test_number(9_090).is_some());
        assert_eq!(test_number(9_091), None);
    }
}
