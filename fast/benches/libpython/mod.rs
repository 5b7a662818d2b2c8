//! The functions of a libpython 3.11 that work without an interpreter.

use std::ffi::{c_char, c_int};
use std::path::PathBuf;

use libloading::Library;
use pybuf_fast::Py_buffer;

type IsContiguous = unsafe extern "C" fn(*const Py_buffer, c_char) -> c_int;
type FillStrides = unsafe extern "C" fn(c_int, *mut isize, *mut isize, c_int, c_char);

/// A library that stays loaded for as long as its functions are called.
pub struct Libpython {
    is_contiguous: IsContiguous,
    fill_strides: FillStrides,
    _library: Library,
}

impl Libpython {
    /// The first that is found; says so if there is none.
    pub fn find() -> Option<Self> {
        let found = paths().into_iter().find_map(Self::open);
        if found.is_none() {
            eprintln!("no libpython 3.11 below ~/.pyenv/versions: CPython is not measured");
        }
        found
    }

    fn open(path: PathBuf) -> Option<Self> {
        // SAFETY: a libpython does nothing of its own when it is loaded, and the two functions have had
        // these signatures since Python 3.0.
        unsafe {
            let library = Library::new(path).ok()?;
            let is_contiguous = *library.get(b"PyBuffer_IsContiguous").ok()?;
            let fill_strides = *library.get(b"PyBuffer_FillContiguousStrides").ok()?;
            Some(Self { is_contiguous, fill_strides, _library: library })
        }
    }

    /// `PyBuffer_IsContiguous` of a view whose arrays have an entry a dimension.
    pub fn is_contiguous(&self, view: &Py_buffer, order: u8) -> c_int {
        // SAFETY: the struct is laid out as CPython's, and only it and its arrays are read.
        unsafe { (self.is_contiguous)(view, order as c_char) }
    }

    /// `PyBuffer_FillContiguousStrides`.
    pub fn fill_strides(
        &self,
        shape: &mut [isize],
        strides: &mut [isize],
        itemsize: c_int,
        order: u8,
    ) {
        let ndim = shape.len().min(strides.len()) as c_int;
        // SAFETY: both arrays have as many entries.
        unsafe {
            let (shape, strides) = (shape.as_mut_ptr(), strides.as_mut_ptr());
            (self.fill_strides)(ndim, shape, strides, itemsize, order as c_char);
        }
    }
}

fn paths() -> Vec<PathBuf> {
    let versions = std::env::home_dir().map(|home| home.join(".pyenv/versions"));
    let versions = versions.and_then(|versions| versions.read_dir().ok()).into_iter().flatten();
    versions.flatten().map(|version| version.path().join("lib/libpython3.11.so")).collect()
}
