//! The old functions as Python 3 kept them: each asks for a view, notes where the bytes are and
//! releases the view at once.
//!
//! So nothing keeps the bytes. They are there for as long as the exporter keeps them of itself.
//! The functions fail with TypeError, whatever the cause, as documented. (CPython lets an
//! exporter's own exception through where the memory was only to be read.)

use core::ffi::c_int;

use crate::error::Error;
use crate::exporter::Object;
use crate::flags::{PyBUF_SIMPLE, PyBUF_WRITABLE};
use crate::old_protocol::Segment;

/// `PyObject_AsCharBuffer`: the same as [`as_read_buffer`] but for the error.
///
/// # Errors
///
/// [`Error::NotCharacter`] if a view of plain bytes is refused.
pub fn as_char_buffer(object: &Object) -> Result<Segment, Error> {
    segment(object, PyBUF_SIMPLE, Error::NotCharacter)
}

/// `PyObject_AsReadBuffer`: where the object's bytes are, to read.
///
/// # Errors
///
/// [`Error::NotReadable`] if a view of plain bytes is refused.
pub fn as_read_buffer(object: &Object) -> Result<Segment, Error> {
    segment(object, PyBUF_SIMPLE, Error::NotReadable)
}

/// `PyObject_AsWriteBuffer`: where the object's bytes are, to write.
///
/// # Errors
///
/// [`Error::NotWriteable`] if a writable view of plain bytes is refused.
pub fn as_write_buffer(object: &Object) -> Result<Segment, Error> {
    segment(object, PyBUF_WRITABLE, Error::NotWriteable)
}

/// `PyObject_CheckReadBuffer`: whether the object grants a view of plain bytes.
pub fn check_read_buffer(object: &Object) -> bool {
    object.view(PyBUF_SIMPLE).is_ok()
}

fn segment(object: &Object, flags: c_int, failure: Error) -> Result<Segment, Error> {
    let view = object.view(flags).map_err(|_| failure)?;
    Ok(Segment { ptr: view.buf(), len: view.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Exception;
    use crate::exporter::Exporter;
    use crate::layout::memory::Memory;
    use crate::objects::block::{Block, BlockLayout};

    #[test]
    fn writable_bytes_are_everything() -> Result<(), Error> {
        let block = Block::bytes(5, false)?;
        let expected = Ok(Segment { ptr: block.start(), len: 5 });
        let object = Object::new(block);
        assert_eq!(as_char_buffer(&object), expected);
        assert_eq!(as_read_buffer(&object), expected);
        assert_eq!(as_write_buffer(&object), expected);
        assert!(check_read_buffer(&object));
        assert_eq!((object.reference_count(), object.exports()), (1, 0));
        Ok(())
    }

    #[test]
    fn read_only_bytes_are_not_writeable() -> Result<(), Error> {
        let object = Object::new(Block::bytes(0, true)?);
        assert!(as_char_buffer(&object).is_ok());
        assert!(as_read_buffer(&object).is_ok());
        assert_eq!(as_write_buffer(&object), Err(Error::NotWriteable));
        assert!(check_read_buffer(&object));
        Ok(())
    }

    fn assert_nothing(object: &Object) {
        assert_eq!(as_char_buffer(object), Err(Error::NotCharacter));
        assert_eq!(as_read_buffer(object), Err(Error::NotReadable));
        assert_eq!(as_write_buffer(object), Err(Error::NotWriteable));
        assert!(!check_read_buffer(object));
    }

    #[test]
    fn gaps_are_nothing() -> Result<(), Error> {
        let layout = BlockLayout { strides: alloc::vec![2], ..BlockLayout::c_order(1, &[3]) };
        assert_nothing(&Object::new(Block::new(5, layout)?));
        Ok(())
    }

    #[test]
    fn an_exporters_own_exception_is_replaced() {
        struct Raises(Error);
        // SAFETY: it never lends anything.
        unsafe impl Exporter for Raises {
            fn memory(&self) -> Result<Memory<'_>, Error> {
                Err(self.0)
            }
        }
        assert_nothing(&Object::new(Raises(Error::Raised(Exception::ValueError))));
        assert_nothing(&Object::new(Raises(Error::NoProtocol)));
    }
}
