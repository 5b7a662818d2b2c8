//! Masks and the flags in them.

use pybuf_protocol::Flags;
use pybuf_protocol::call::text::mask;

#[test]
fn seventy_two_masks_are_documented() {
    let documented = (0..0x400).filter(|&bits| Flags::from_bits_retain(bits).is_documented());
    assert_eq!(documented.count(), 72);
}

#[test]
fn a_flag_counts_only_as_a_whole() {
    assert_eq!(Flags::from_bits_retain(0x10).whole(), Flags::empty());
    assert_eq!(Flags::from_bits_retain(0x28).whole(), Flags::ND);
    assert_eq!(Flags::from_bits_retain(-1).whole(), Flags::all());
}

#[test]
fn masks_read_like_source() {
    assert_eq!(mask(0), "PyBUF_SIMPLE");
    assert_eq!(mask(0x1d), "PyBUF_WRITABLE|PyBUF_FORMAT|PyBUF_STRIDES");
    assert_eq!(mask(0x10), "0x10 /* not documented */");
    assert_eq!(mask(0x28), "PyBUF_ND|0x20 /* not documented */");
}
