//! Walking elements whose blocks lie all over the heap: each is asked for some places before it is read.

use std::iter::Fuse;

use super::prefetch::prefetch_block;

/// How far ahead: as many fetches as a core has under way at once, or a few more.
const PLACES: usize = 16;

/// The elements of another iterator, in the same order.
#[derive(Debug)]
pub struct Ahead<'a, T, I, F> {
    rest: Fuse<I>,
    /// Asked for, the next at `at` and the others behind it, in a ring.
    asked: [Option<&'a T>; PLACES],
    at: usize,
    address: F,
}

/// Asks the processor for what elements point to, at the `address` of each, while those before it are at work.
pub fn ahead<'a, T, I: Iterator<Item = &'a T>, F: Fn(&T) -> usize>(
    elements: I,
    address: F,
) -> Ahead<'a, T, I, F> {
    let mut new = Ahead { rest: elements.fuse(), asked: [None; PLACES], at: 0, address };
    for at in 0..PLACES {
        new.asked[at] = new.ask();
    }
    new
}

impl<'a, T, I: Iterator<Item = &'a T>, F: Fn(&T) -> usize> Ahead<'a, T, I, F> {
    #[inline]
    fn ask(&mut self) -> Option<&'a T> {
        let element = self.rest.next()?;
        prefetch_block((self.address)(element));
        Some(element)
    }
}

impl<'a, T, I: Iterator<Item = &'a T>, F: Fn(&T) -> usize> Iterator for Ahead<'a, T, I, F> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        let element = self.asked[self.at].take()?;
        self.asked[self.at] = self.ask();
        self.at = (self.at + 1) % PLACES;
        Some(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let asked = self.asked.iter().flatten().count();
        let (least, most) = self.rest.size_hint();
        (least + asked, most.map(|most| most + asked))
    }

    #[inline]
    fn fold<B, G: FnMut(B, &'a T) -> B>(self, init: B, mut visit: G) -> B {
        let Self { rest, mut asked, mut at, address } = self;
        // What is left of a tree of iterators is walked fastest from inside.
        let folded = rest.fold(init, |folded, element| {
            prefetch_block(address(element));
            let first = asked[at].replace(element);
            at = (at + 1) % PLACES;
            match first {
                Some(first) => visit(folded, first),
                None => folded,
            }
        });
        let (later, first) = asked.split_at(at);
        first.iter().chain(later).flatten().fold(folded, |folded, element| visit(folded, element))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structures::member::Member;

    #[test]
    fn all_elements_come_in_their_order_however_they_are_walked() {
        for count in [0, 1, 2, 15, 16, 17, 31, 32, 33, 100] {
            let members: Vec<Member> = (0..count).map(|n| Member::new(n.to_string().as_bytes())).collect();
            let places =
                |elements: Vec<&Member>| elements.into_iter().map(Member::address).collect::<Vec<_>>();
            let expected = places(members.iter().collect());
            for walked in [0, 1, 5, 16, 20] {
                let mut elements = ahead(members.iter(), Member::address);
                assert_eq!(elements.size_hint(), (members.len(), Some(members.len())));
                let first: Vec<&Member> = elements.by_ref().take(walked).collect();
                let mut folded = first.clone();
                elements.for_each(|element| folded.push(element));
                assert_eq!(places(folded), expected, "{walked} of {count} before the others");

                let mut elements = ahead(members.iter(), Member::address);
                let mut stepped = first;
                stepped.extend(elements.by_ref().skip(walked));
                assert_eq!(places(stepped), expected);
                assert!(elements.next().is_none());
            }
        }
    }
}
