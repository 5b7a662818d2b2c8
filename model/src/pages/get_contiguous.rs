//! # Memoryviews of contiguous memory
//!
//! A consumer that cannot do without contiguous memory can have it at the price of a copy.

use crate::clause::clause;
use crate::expectation::{Answer, Expectation, Outcome};
use crate::exporter::{Exporter, NewProtocol};
use crate::fact::Says;
use crate::layout::{Address, Contiguity, Layout, Order, packed_strides};
use crate::lives::Kind;
use crate::machine::{Expected, Machine};
use crate::memory::Block;
use crate::memory::Memory;
use crate::memoryview::{exporting, failed, kept, made, open, refused};
use pybuf_protocol::Call;
use pybuf_protocol::Edition;
use pybuf_protocol::Returned;
use pybuf_protocol::flags::{READ, WRITE};
use pybuf_protocol::reply::{Pointer, Seen};
use pybuf_protocol::{Exception, Field};

/// An order that `PyMemoryView_GetContiguous` can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one: `C` or `F`.
    Order(Order),
    /// Either: `A`.
    Any,
}

impl Wanted {
    /// The one of that letter; `None` if it is none.
    pub fn of_letter(order: char) -> Option<Wanted> {
        match order {
            'C' => Some(Wanted::Order(Order::C)),
            'F' => Some(Wanted::Order(Order::Fortran)),
            'A' => Some(Wanted::Any),
            _ => None,
        }
    }

    /// Whether memory is contiguous in it.
    pub fn contiguity(self, layout: &Layout) -> Contiguity {
        match self {
            Wanted::Order(order) => layout.contiguity(order),
            Wanted::Any => layout.contiguity(Order::C).or(layout.contiguity(Order::Fortran)),
        }
    }

    /// The orders that elements may come in.
    fn orders(self, layout: &Layout) -> Vec<Order> {
        match self {
            Wanted::Order(order) => vec![order],
            Wanted::Any if layout.contiguity(Order::C) == Contiguity::Yes => vec![Order::C],
            Wanted::Any if layout.contiguity(Order::Fortran) == Contiguity::Yes => {
                vec![Order::Fortran]
            }
            Wanted::Any => vec![Order::C, Order::Fortran],
        }
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
            let says = Field::Exception.is(Some(Exception::BufferError));
            refused(clause!("memoryview.contiguous.readonly-refused"))
                .on_failure(clause!("memoryview.contiguous.readonly-buffer-error"), says)
        }
        Ok(new) => contents(new, wanted, memory, contiguous(new, write, wanted, own)),
    };
    failed(answer).in_edition(edition).into()
}

/// The original memory if it is contiguous, otherwise a copy, which cannot be written to.
fn contiguous(object: &NewProtocol, write: bool, wanted: Wanted, own: usize) -> Answer {
    let copied = clause!("memoryview.contiguous.write-copy-refused");
    let buffer_error = Field::Exception.is(Some(Exception::BufferError));
    let begins = |at: Address| Field::Memory.is(Some(at));
    match wanted.contiguity(&object.layout) {
        Contiguity::Yes => {
            let original = clause!("memoryview.contiguous.original");
            let answer = kept(object, made(original));
            match object.layout.is_empty() {
                true => answer,
                false => answer.on_success(original, begins(object.layout.start)),
            }
        }
        Contiguity::Open(_) => {
            let unwalked = clause!("memoryview.contiguous.unwalked-open");
            let one_of_the_two = clause!("memoryview.contiguous.original-or-copy");
            let answer = match write {
                true => open(unwalked).on_failure(copied, buffer_error),
                false => open(unwalked).outcome(one_of_the_two, Outcome::Success),
            };
            // Nothing is nowhere.
            let at = [object.layout.start, Address { block: own, offset: 0 }].map(Some);
            match object.layout.is_empty() {
                true => answer,
                false => answer.on_success(one_of_the_two, Field::Memory.one_of(at.to_vec())),
            }
        }
        Contiguity::No if write => open(clause!("memoryview.contiguous.write-copy-open"))
            .outcome(copied, Outcome::Failure)
            .on_failure(copied, buffer_error),
        Contiguity::No => {
            let copy = clause!("memoryview.contiguous.copy");
            let lets_go = clause!("memoryview.contiguous.copy-lets-go");
            made(copy)
                .on_success(copy, begins(Address { block: own, offset: 0 }))
                .on_success(lets_go, Field::References.is(0))
        }
    }
}

/// What is in the memory, byte for byte as it lies there.
fn contents(object: &NewProtocol, wanted: Wanted, memory: &Memory, answer: Answer) -> Answer {
    let orders = wanted.orders(&object.layout);
    let gathered = orders.iter().map(|order| memory.gather(&object.layout, *order));
    let Some(permitted) = gathered.collect::<Option<Vec<_>>>() else {
        return answer;
    };
    let in_c_order = permitted.first().cloned().filter(|_| permitted.len() > 1);
    let says = Field::Bytes.one_of(permitted);
    let answer = answer.on_success(clause!("memoryview.contiguous.contents"), says);
    let Some(in_c_order) = in_c_order else { return answer };
    let answer = answer.outcome(clause!("memoryview.contiguous.any-order-open"), Outcome::Either);
    // What may be no copy may be in Fortran order.
    let [c, fortran] = [Order::C, Order::Fortran].map(|order| object.layout.contiguity(order));
    match (c, fortran) {
        (Contiguity::No, Contiguity::Open(_)) => answer,
        _ => {
            let says = Field::Bytes.is(in_c_order);
            answer.on_success(clause!("memoryview.contiguous.any-order-c"), says)
        }
    }
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
    let Layout { shape, itemsize, format, .. } = new.layout.clone();
    let layout = Layout {
        start: Address { block, offset: 0 },
        strides: packed_strides(&shape, itemsize, order),
        itemsize,
        format,
        shape,
        suboffsets: None,
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
