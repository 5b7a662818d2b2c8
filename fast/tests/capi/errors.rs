//! What is remembered of failures.

use super::*;
use pybuf_fast::capi::layout::pybuf_SizeFromFormat;

fn set(class: &CStr, message: &CStr) {
    // SAFETY: both are C strings.
    unsafe { pybuf_Error_Set(class.as_ptr(), message.as_ptr()) };
}

#[test]
fn nothing_has_failed_until_something_does() {
    assert!(nothing_failed());
    // SAFETY: NULL is refused.
    assert_eq!(unsafe { pybuf_SizeFromFormat(ptr::null()) }, -1);
    assert!(!nothing_failed());
    pybuf_Error_Clear();
    assert!(nothing_failed());
    pybuf_Error_Clear();
}

#[test]
fn what_is_set_is_told() {
    set(c"OSError", c"no such file: \xc3\xa4");
    assert_eq!(failure(), ("OSError".into(), "no such file: ä".into()));
    // SAFETY: NULL is what is tried.
    unsafe { pybuf_Error_Set(ptr::null(), ptr::null()) };
    assert_eq!(failure(), ("SystemError".into(), String::new()));
}

#[test]
fn what_does_not_fit_is_cut_off() {
    for len in [255, 256, 1000] {
        let mut long = vec![b'x'; len];
        long.push(0);
        let long = CStr::from_bytes_until_nul(&long).unwrap_or_default();
        set(long, long);
        let kept = "x".repeat(255);
        assert_eq!(failure(), (kept.clone(), kept), "{len}");
    }
}

#[test]
fn what_is_remembered_can_be_set_again() {
    set(c"OSError", c"the same");
    // SAFETY: both are C strings.
    unsafe { pybuf_Error_Set(pybuf_Error_Message(), pybuf_Error_Occurred()) };
    assert_eq!(failure(), ("the same".into(), "OSError".into()));
}

#[test]
fn each_thread_has_its_own() {
    set(c"OSError", c"here");
    let other = std::thread::spawn(|| {
        let clean = nothing_failed();
        set(c"ValueError", c"there");
        clean && failure().0 == "ValueError"
    });
    assert_eq!(other.join().ok(), Some(true));
    assert_eq!(failure().1, "here");
}
