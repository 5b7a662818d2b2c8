//! Editions and the versions of interpreters.

use pybuf_protocol::Edition;

#[test]
fn each_edition_is_that_of_an_interpreter_of_its_version() {
    for edition in Edition::ALL {
        let version = edition.name().trim_end_matches("-draft");
        let (major, minor) = version.split_once('.').expect("a major and a minor version");
        let numbers = [major, minor].map(|it| it.parse().expect("a number"));
        let found = Edition::of_interpreter(numbers[0], numbers[1]).expect("it has an edition");
        assert_eq!(found.name().trim_end_matches("-draft"), version);
    }
}
