//! The functions of a libpython 3 that work without an interpreter.

use std::ffi::{CStr, c_char, c_int};
use std::path::{Path, PathBuf};
use std::process::Command;

use libloading::Library;
use pybuf_fast::Py_buffer;

type IsContiguous = unsafe extern "C" fn(*const Py_buffer, c_char) -> c_int;
type GetVersion = unsafe extern "C" fn() -> *const c_char;
type FillStrides = unsafe extern "C" fn(c_int, *mut isize, *mut isize, c_int, c_char);

/// A library that stays loaded for as long as its functions are called.
pub struct Libpython {
    /// CPython with its version.
    pub name: String,
    is_contiguous: IsContiguous,
    fill_strides: FillStrides,
    _library: Library,
}

impl Libpython {
    /// That of the environment's `PYBUF_LIBPYTHON`; else that of `python3`, else the newest of pyenv. Says
    /// which it is, or that there is none.
    pub fn find() -> Option<Self> {
        let given = std::env::var_os("PYBUF_LIBPYTHON").map(|path| vec![path.into()]);
        let paths = given.unwrap_or_else(|| installed().into_iter().chain(pyenv()).collect());
        let found = paths.iter().find_map(|path| Some((path, Self::open(path)?)));
        match &found {
            Some((path, python)) => eprintln!("{} is {}", python.name, path.display()),
            None => eprintln!(
                "no libpython is found (PYBUF_LIBPYTHON names one): CPython is not measured"
            ),
        }
        found.map(|(_, python)| python)
    }

    fn open(path: &Path) -> Option<Self> {
        // SAFETY: a libpython does nothing of its own when it is loaded, and the three functions have had
        // these signatures since Python 3.0. The version is a string that stays.
        unsafe {
            let library = Library::new(path).ok()?;
            let is_contiguous = *library.get(b"PyBuffer_IsContiguous").ok()?;
            let fill_strides = *library.get(b"PyBuffer_FillContiguousStrides").ok()?;
            let version = CStr::from_ptr(library.get::<GetVersion>(b"Py_GetVersion").ok()?());
            let version = version.to_string_lossy();
            let name = format!("CPython {}", version.split(' ').next().unwrap_or_default());
            Some(Self { name, is_contiguous, fill_strides, _library: library })
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

/// Where the `python3` of the path has its library, if that is one to load.
fn installed() -> Option<PathBuf> {
    let script = "import sysconfig; print(*sysconfig.get_config_vars('LIBDIR', 'LDLIBRARY'), sep='/', end='')";
    let told = Command::new("python3").args(["-c", script]).output().ok()?;
    Some(String::from_utf8(told.stdout).ok()?.into())
}

/// The libraries below `~/.pyenv/versions`, the newest first.
fn pyenv() -> Vec<PathBuf> {
    let versions = std::env::home_dir().map(|home| home.join(".pyenv/versions"));
    let versions = versions.and_then(|versions| versions.read_dir().ok()).into_iter().flatten();
    let mut found: Vec<(Vec<u32>, PathBuf)> = versions
        .flatten()
        .filter_map(|version| {
            let name = version.file_name().into_string().ok()?;
            let numbers: Vec<u32> = name.split('.').map_while(|it| it.parse().ok()).collect();
            let [3, minor, ..] = numbers[..] else { return None };
            Some((numbers, version.path().join(format!("lib/libpython3.{minor}.so"))))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}
