//! # Memoryviews of contiguous memory
//!
//! A consumer that cannot do without contiguous memory can have it at the price of a copy.

use pybuf_protocol::flags::{READ, WRITE};
use pybuf_protocol::reply::{Pointer, Seen};
use pybuf_protocol::{Address, Call, Edition, Exception, Field, Returned};

use crate::clause::clause;
use crate::copy::{C, EITHER, FORTRAN};
use crate::machine::{Expected, Machine};
use crate::memoryview::{exporting, failed, kept, made, open, refused};
use crate::rules::{Answer, Expectation, Outcome, Says};
use crate::state::{
    Block, Contiguity, Exporter, Kind, Layout, Memory, NewProtocol, Order, packed_strides,
};

/// The orders of which `PyMemoryView_GetContiguous` can be asked for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted(&'static [Order]);

impl Wanted {
    /// Those of a letter: `C`, `F`, or `A` for either; `None` if it stands for none.
    pub fn of_letter(order: char) -> Option<Wanted> {
        match order {
            'C' => Some(Wanted(C)),
            'F' => Some(Wanted(FORTRAN)),
            'A' => Some(Wanted(EITHER)),
            _ => None,
        }
    }

    /// Whether memory is contiguous in one of them.
    pub fn contiguity(self, layout: &Layout) -> Contiguity {
        let each = self.0.iter().map(|order| layout.contiguity(*order));
        each.fold(Contiguity::No, Contiguity::or)
    }

    /// Those that elements may come in: the one that they lie in, if that is certain.
    fn orders(self, layout: &Layout) -> Vec<Order> {
        let is_theirs = |order: &&Order| layout.contiguity(**order) == Contiguity::Yes;
        self.0.iter().find(is_theirs).map_or(self.0.to_vec(), |order| vec![*order])
    }
}

/// `PyMemoryView_GetContiguous`, with `PyBUF_WRITE` if `write`. `own` is the block that a copy has.
/// Clauses: `memoryview.contiguous.*`.
pub fn get_contiguous(
    object: &Exporter,
    write: bool,
    wanted: Wanted,
    (memory, own): (&Memory, usize),
    edition: Edition,
) -> Expectation {
    let answer = match exporting(object) {
        Err(refusal) => refusal,
        Ok(new) if write && new.readonly => {
            let buffer_error = clause!("memoryview.contiguous.readonly-buffer-error");
            refused(clause!("memoryview.contiguous.readonly-refused"))
                .raises(buffer_error, Exception::BufferError)
        }
        Ok(new) => contents(new, wanted, memory, contiguous(new, write, wanted, own)),
    };
    failed(answer).in_edition(edition)
}

/// The original memory if it is contiguous, otherwise a copy, which cannot be written to.
fn contiguous(object: &NewProtocol, write: bool, wanted: Wanted, own: usize) -> Answer {
    let copied = clause!("memoryview.contiguous.write-copy-refused");
    let (original, copy) = (object.layout.start, Address { block: own, offset: 0 });
    // Nothing is nowhere.
    let is_there = !object.layout.is_empty();
    match wanted.contiguity(&object.layout) {
        Contiguity::Yes => {
            let clause = clause!("memoryview.contiguous.original");
            let at = is_there.then(|| Field::Memory.is(original));
            kept(object, made(clause)).on_success(clause, at)
        }
        Contiguity::Open(_) => {
            let unwalked = clause!("memoryview.contiguous.unwalked-open");
            let one_of_the_two = clause!("memoryview.contiguous.original-or-copy");
            let at = is_there.then(|| Field::Memory.one_of([original, copy]));
            match write {
                true => open(unwalked).raises(copied, Exception::BufferError),
                false => open(unwalked).outcome(one_of_the_two, Outcome::Success),
            }
            .on_success(one_of_the_two, at)
        }
        Contiguity::No if write => open(clause!("memoryview.contiguous.write-copy-open"))
            .outcome(copied, Outcome::Failure)
            .raises(copied, Exception::BufferError),
        Contiguity::No => {
            let clause = clause!("memoryview.contiguous.copy");
            made(clause)
                .on_success(clause, Field::Memory.is(copy))
                .on_success(clause!("memoryview.contiguous.copy-lets-go"), Field::References.is(0))
        }
    }
}

/// What is in the memory, byte for byte as it lies there.
fn contents(object: &NewProtocol, wanted: Wanted, memory: &Memory, answer: Answer) -> Answer {
    let orders = wanted.orders(&object.layout);
    let gathered = orders.iter().map(|order| memory.gather(&object.layout, *order));
    let Some(permitted) = gathered.collect::<Option<Vec<_>>>() else { return answer };
    let one_of_them = Field::Bytes.one_of(permitted.iter().cloned());
    let answer = answer.on_success(clause!("memoryview.contiguous.contents"), one_of_them);
    let [in_c_order, _] = &permitted[..] else { return answer };
    let contiguity = [Order::C, Order::Fortran].map(|order| object.layout.contiguity(order));
    // What may be no copy may be in Fortran order.
    let may_be_fortran = matches!(contiguity, [Contiguity::No, Contiguity::Open(_)]);
    let in_c_order = (!may_be_fortran).then(|| Field::Bytes.is(in_c_order.clone()));
    answer
        .outcome(clause!("memoryview.contiguous.any-order-open"), Outcome::Either)
        .on_success(clause!("memoryview.contiguous.any-order-c"), in_c_order)
}

/// What a contiguous copy in `block` exports. `bytes` is what is in it, which decides about the order
/// where either may be taken.
pub fn copied(
    object: &Exporter,
    wanted: Wanted,
    (memory, bytes): (&Memory, &[u8]),
    block: usize,
) -> Exporter {
    let Some(new) = &object.new else {
        return Exporter::none();
    };
    let orders = wanted.orders(&new.layout);
    let holds = |order: &&Order| memory.gather(&new.layout, **order).as_deref() == Some(bytes);
    let order = orders.iter().find(holds).or(orders.first()).copied().unwrap_or(Order::C);
    let layout = Layout {
        start: Address { block, offset: 0 },
        strides: packed_strides(&new.layout.shape, new.layout.itemsize, order),
        suboffsets: None,
        ..new.layout.clone()
    };
    Exporter::new_protocol(layout, true).memoryview()
}

impl Machine {
    /// What is expected of a call of this page.
    pub(crate) fn expect_contiguous(&self, call: &Call) -> Option<Expected> {
        let Call::GetContiguous { object, buffertype, order } = call else { return None };
        let (Some(wanted), READ | WRITE) = (Wanted::of_letter(*order), *buffertype) else {
            let problem = "no arguments of PyMemoryView_GetContiguous".into();
            return Some(Expected::BadCase(problem));
        };
        let (write, memory) = (*buffertype == WRITE, (&self.memory, self.objects.len()));
        let expect = |it: &Exporter| get_contiguous(it, write, wanted, memory, self.edition);
        Some(self.expect_of(*object, expect))
    }

    /// What the memoryview exports that a call of this page has made. It gets the next number.
    pub(crate) fn made_contiguous(&mut self, call: &Call, returned: &Returned) -> Option<Exporter> {
        let Call::GetContiguous { object, order, .. } = call else { return None };
        let number = self.objects.len();
        let base = self.objects.get(*object)?.as_ref()?.clone();
        let wanted = Wanted::of_letter(*order)?;
        if !is_copy(&base, wanted, returned, number) {
            return self.view_of(*object);
        }
        let bytes = returned.bytes.clone().unwrap_or_default();
        let copy = copied(&base, wanted, (&self.memory, &bytes), number);
        self.lives.make(number, Kind::Memoryview);
        self.memory.set(number, Block { bytes, rows: vec![] });
        Some(copy)
    }
}

/// Whether the memory is a copy: where the text leaves that open, the reply tells.
fn is_copy(base: &Exporter, wanted: Wanted, returned: &Returned, own: usize) -> bool {
    let layout = base.new.as_ref().map(|new| &new.layout);
    match layout.map(|layout| wanted.contiguity(layout)) {
        Some(Contiguity::Yes) | None => false,
        Some(Contiguity::No) => true,
        Some(Contiguity::Open(_)) => {
            matches!(returned.buffer, Some(Seen::Is(Pointer::At { block, .. })) if block == own)
        }
    }
}
