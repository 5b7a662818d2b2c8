//! What a call costs that copies nothing: `cargo bench -p pybuf-fast --bench calls`.
//!
//! Where a libpython is found (`PYBUF_LIBPYTHON` names one, else `python3` is asked, else pyenv's newest is
//! taken), the functions that it has too, and that need no interpreter, are measured beside ours.

mod libpython;

use std::ffi::{CStr, c_int};
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use libpython::Libpython;
use pybuf_fast::flags::{PyBUF_FORMAT, PyBUF_FULL_RO, PyBUF_ND, PyBUF_SIMPLE};
use pybuf_fast::{
    Block, BlockLayout, Error, MemoryView, Object, Order, Py_buffer, c_strides,
    fill_contiguous_strides, get_buffer, is_contiguous, release, size_from_format,
};

criterion_group!(benches, requests, contiguity, strides, formats, equality, elements);
criterion_main!(benches);

/// A request and its release, by the functions of the C interface.
fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("get_buffer + release");
    for (name, shape) in [("1-D", &[4096][..]), ("2-D", &[64, 64]), ("4-D", &[8; 4])] {
        let block = Block::new(4096, BlockLayout::c_order(1, shape)).expect("it fits");
        let object = Object::new(block);
        for (request, flags) in [("SIMPLE", PyBUF_SIMPLE), ("FULL_RO", PyBUF_FULL_RO)] {
            group.bench_function(BenchmarkId::new(name, request), |bencher| {
                let mut view = Py_buffer::EMPTY;
                bencher.iter(|| {
                    // SAFETY: the struct is there to be written, and released each time.
                    unsafe {
                        let granted = get_buffer(black_box(&object), &raw mut view, flags);
                        black_box(&mut view);
                        release(&raw mut view);
                        granted.is_ok()
                    }
                });
            });
        }
    }
    group.finish();
}

/// Shapes of 1, 3 and 8 dimensions, as on the page that the figures are compared with.
const SHAPES: [&[isize]; 3] = [&[4096], &[16; 3], &[2; 8]];

fn contiguity(criterion: &mut Criterion) {
    let python = Libpython::find();
    let mut group = criterion.benchmark_group("is_contiguous");
    for shape in SHAPES {
        for (name, filled, asked) in [("C of C", b'C', b'C'), ("A of Fortran", b'F', b'A')] {
            let (mut shape, mut strides) = (shape.to_vec(), vec![0; shape.len()]);
            fill_contiguous_strides(&shape, &mut strides, 1, filled);
            let view = Py_buffer {
                len: shape.iter().product(),
                itemsize: 1,
                ndim: shape.len() as c_int,
                shape: shape.as_mut_ptr(),
                strides: strides.as_mut_ptr(),
                ..Py_buffer::EMPTY
            };
            let name = format!("{name}, {}-D", shape.len());
            group.bench_function(BenchmarkId::new(&name, "fast"), |bencher| {
                // SAFETY: the arrays have an entry a dimension.
                bencher.iter(|| unsafe { is_contiguous(black_box(&view), black_box(asked)) });
            });
            if let Some(python) = &python {
                group.bench_function(BenchmarkId::new(&name, &python.name), |bencher| {
                    bencher.iter(|| python.is_contiguous(black_box(&view), black_box(asked)));
                });
            }
        }
    }
    group.finish();
}

fn strides(criterion: &mut Criterion) {
    let python = Libpython::find();
    let mut group = criterion.benchmark_group("fill_contiguous_strides");
    for shape in SHAPES {
        let (mut shape, mut strides) = (shape.to_vec(), c_strides(shape, 1));
        let name = format!("{}-D", shape.len());
        group.bench_function(BenchmarkId::new(&name, "fast"), |bencher| {
            bencher.iter(|| {
                fill_contiguous_strides(black_box(&shape), black_box(&mut strides), 1, b'C');
            });
        });
        if let Some(python) = &python {
            group.bench_function(BenchmarkId::new(&name, &python.name), |bencher| {
                bencher.iter(|| python.fill_strides(black_box(&mut shape), &mut strides, 1, b'C'));
            });
        }
    }
    group.finish();
}

fn formats(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("size_from_format");
    let long = c"BHIQbhiqfdBHIQbhiqfdBHIQbhiqfdBHIQbhiqfdBHIQbhiqfdBHIQbhiqfdBHIQ";
    for format in [c"B", c"<10sIh", c"@iqdHbxx3s", long] {
        let name = match format.to_bytes().len() {
            64.. => "64 characters",
            _ => format.to_str().unwrap_or_default(),
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| size_from_format(black_box::<&CStr>(format)).unwrap_or(-1));
        });
    }
    group.finish();
}

/// Equality of two views of the same integers, beside `memcmp` of the same bytes, which is what a
/// comparison of slices comes to.
fn equality(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("equality");
    for (name, len) in [("4 KiB", 1 << 10), ("1 MiB", 1 << 18)] {
        let items: Vec<i32> = (0..len).collect();
        let (one, other) = (items.clone(), items.clone());
        group.throughput(Throughput::Bytes(len as u64 * 4));
        group.bench_function(BenchmarkId::new(name, "memcmp"), |bencher| {
            bencher.iter(|| black_box(&one[..]) == black_box(&other[..]));
        });
        let matrix = || {
            let object = Object::from_vec(items.clone(), &[len as isize / 16, 16])?;
            MemoryView::from_object(&object)
        };
        let (one, other) = (matrix().expect("it fits"), matrix().expect("it fits"));
        let transposed = |view: &MemoryView| view.transpose().expect("there are no pointers");
        let (one_transposed, other_transposed) = (transposed(&one), transposed(&other));
        for (asked, flags, one, other) in [
            ("views", PyBUF_FULL_RO, &one, &other),
            ("views without strides", PyBUF_ND | PyBUF_FORMAT, &one, &other),
            ("views of bytes", PyBUF_SIMPLE, &one, &other),
            ("views in Fortran's order", PyBUF_FULL_RO, &one_transposed, &other_transposed),
        ] {
            let (one, other) = (one.view(flags), other.view(flags));
            let (one, other) = (one.expect("it is granted"), other.expect("it is granted"));
            group.bench_function(BenchmarkId::new(name, asked), |bencher| {
                bencher.iter(|| black_box(&one).equals(black_box(&other)));
            });
        }
    }
    group.finish();
}

/// A sum of all elements of a transposed matrix, one by one and by their indices.
fn elements(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("elements, 100 x 100 transposed");
    group.throughput(Throughput::Elements(10_000));
    let matrix = Object::from_vec((0..10_000).collect::<Vec<i64>>(), &[100, 100]).expect("it fits");
    let transposed = MemoryView::from_object(&matrix).and_then(|view| view.transpose());
    let view = transposed.and_then(|it| it.view(PyBUF_FULL_RO)).expect("it is granted");
    group.bench_function("for", |bencher| {
        bencher.iter(|| {
            let mut sum = 0;
            for element in black_box(&view).elements::<i64>(Order::C)? {
                sum += element;
            }
            Ok::<i64, Error>(sum)
        });
    });
    group.bench_function("sum", |bencher| {
        bencher.iter(|| Ok::<i64, Error>(black_box(&view).elements::<i64>(Order::C)?.sum()));
    });
    group.bench_function("get", |bencher| {
        bencher.iter(|| {
            let view = black_box(&view);
            let indices = (0..100).flat_map(|row| (0..100).map(move |column| [row, column]));
            indices.map(|indices| view.get::<i64>(&indices)).sum::<Result<i64, Error>>()
        });
    });
    group.finish();
}
