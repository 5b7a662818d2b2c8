//! The cases and who copies them, for `peers.py`: it adds what is not in Rust, on the same memory in the same
//! run. What is in C is timed here too, so that the way to call it from Python does not count.

mod copiers;
mod crates;
mod layouts;
mod memory;
#[expect(dead_code, reason = "rounds are counted in Python")]
mod timing;

use std::ffi::{c_char, c_int, c_void};
use std::hint::black_box;
use std::ptr;

use copiers::Copier;
use layouts::{LAYOUTS, Layout, SMALL};
use memory::Case;
use pybuf_fast::Py_buffer;

/// A case with those who copy it.
pub struct Bench {
    layout: &'static Layout,
    bar: f64,
    case: Box<Case>,
    view: Box<Py_buffer>,
    spaced_view: Box<Py_buffer>,
    copiers: Vec<Copier>,
}

/// How many layouts there are.
#[unsafe(no_mangle)]
pub extern "C" fn peers_layouts() -> usize {
    LAYOUTS.len()
}

/// How many more there are, behind the others, of a few elements each. Their bars are nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn peers_small_layouts() -> usize {
    SMALL.len()
}

/// A layout, and its bar for so many bytes.
fn layout(number: usize, bytes: usize) -> Option<(&'static Layout, f64)> {
    let large = LAYOUTS.get(number).map(|layout| (layout, layout.bar(bytes)));
    large.or_else(|| SMALL.get(number - LAYOUTS.len()).map(|(layout, bar)| (layout, *bar)))
}

/// How many bytes are too many for the caches of this machine.
#[unsafe(no_mangle)]
pub extern "C" fn peers_large() -> usize {
    memory::large()
}

/// A layout for about so many bytes. NULL if there is no such layout.
#[unsafe(no_mangle)]
pub extern "C" fn peers_open(number: usize, bytes: usize) -> *mut Bench {
    let Some((layout, bar)) = layout(number, bytes) else { return ptr::null_mut() };
    let mut case = Case::new(layout, bytes);
    let mut copiers = vec![copiers::memcpy(&mut case), copiers::gather(&mut case)];
    copiers.extend(crates::copiers(&mut case));
    copiers.extend(copiers::scatter(&mut case));
    copiers.push(copiers::between_objects(&mut case));
    let (view, spaced_view) = (Box::new(case.source.view()), Box::new(case.spaced.view()));
    Box::into_raw(Box::new(Bench { layout, bar, case, view, spaced_view, copiers }))
}

/// # Safety
///
/// The bench is from [`peers_open`], and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_close(bench: *mut Bench) {
    // SAFETY: left to the caller.
    drop(unsafe { Box::from_raw(bench) });
}

/// Writes a description in JSON to `text`, of which no more than `size` bytes, and returns its length.
///
/// # Safety
///
/// The bench is open. There is room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_describe(
    bench: *mut Bench,
    text: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    let (layout, case) = (bench.layout, &bench.case);
    let names: Vec<&str> = bench.copiers.iter().map(|copier| copier.name).collect();
    let structure = &case.source.structure;
    let described = format!(
        r#"{{"label": {:?}, "name": {:?}, "itemsize": {}, "bar": {}, "len": {}, "shape": {:?}, "strides": {:?}, "offset": {},
            "is_indirect": {}, "copiers": {names:?}, "source": {}, "source_len": {}, "target": {},
            "packed": {}, "view": {}, "spaced_view": {}}}"#,
        layout.label(),
        layout.name,
        layout.itemsize,
        bench.bar,
        case.packed.len(),
        structure.shape,
        structure.strides,
        structure.offset,
        structure.is_indirect,
        case.source.bytes.as_ptr().addr(),
        case.source.bytes.len(),
        case.target.as_ptr().addr(),
        case.packed.as_ptr().addr(),
        ptr::from_ref(&*bench.view).addr(),
        ptr::from_ref(&*bench.spaced_view).addr(),
    );
    let len = described.len().min(size);
    // SAFETY: there is room for them.
    unsafe { ptr::copy_nonoverlapping(described.as_ptr(), text.cast(), len) };
    described.len()
}

/// `PyBuffer_ToContiguous`.
type ToContiguous = unsafe extern "C" fn(*mut c_void, *const Py_buffer, isize, c_char) -> c_int;
/// `PyBuffer_FromContiguous`.
type FromContiguous = unsafe extern "C" fn(*const Py_buffer, *const c_void, isize, c_char) -> c_int;
/// `PyObject_CopyData`, of two objects.
type CopyData = unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int;

/// CPython's way to packed bytes as one more who copies. Returns its number.
///
/// # Safety
///
/// The bench is open, and the function is that of a running interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_add_to_contiguous(
    bench: *mut Bench,
    function: ToContiguous,
) -> usize {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    let (view, len) = (*bench.view, bench.case.len() as isize);
    bench.add(move |case| {
        Copier::to_target(case, "CPython", move |target| {
            // SAFETY: the case has the elements, and a target of their length.
            let failed = unsafe { function(target.cast(), black_box(&view), len, b'C' as c_char) };
            assert_eq!(failed, 0);
        })
    })
}

/// CPython's way from packed bytes, as above.
///
/// # Safety
///
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_add_from_contiguous(
    bench: *mut Bench,
    function: FromContiguous,
) -> usize {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    let (view, len, packed) = (*bench.view, bench.case.len() as isize, bench.case.packed.as_ptr());
    bench.add(move |case| {
        Copier::to_place(&mut case.source, "CPython scatter", move || {
            // SAFETY: the case has the elements, and packed bytes of their length.
            let failed = unsafe { function(black_box(&view), packed.cast(), len, b'C' as c_char) };
            assert_eq!(failed, 0);
        })
    })
}

/// CPython's way from object to object, as above. The first of the objects has the spaced elements, and the
/// other those that are copied.
///
/// # Safety
///
/// As above; the objects are there for as long as the bench.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_add_copy_data(
    bench: *mut Bench,
    function: CopyData,
    to: *mut c_void,
    from: *mut c_void,
) -> usize {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    bench.add(move |case| {
        Copier::to_place(&mut case.spaced, "CPython objects", move || {
            // SAFETY: left to the caller.
            let failed = unsafe { function(black_box(to), black_box(from)) };
            assert_eq!(failed, 0);
        })
    })
}

impl Bench {
    fn add(&mut self, copier: impl FnOnce(&mut Case) -> Copier) -> usize {
        self.copiers.push(copier(&mut self.case));
        self.copiers.len() - 1
    }
}

/// Whether one who copies does so rightly.
///
/// # Safety
///
/// The bench is open, and it has so many who copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_is_right(bench: *mut Bench, which: usize) -> bool {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    bench.copiers[which].is_right(&mut bench.case)
}

/// The time of one copy of so many, in nanoseconds.
///
/// # Safety
///
/// The bench is open, and it has so many who copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn peers_time(bench: *mut Bench, which: usize, times: usize) -> f64 {
    // SAFETY: left to the caller.
    let bench = unsafe { &mut *bench };
    timing::time(times, &mut |times| bench.copiers[which].copy(times))
}
