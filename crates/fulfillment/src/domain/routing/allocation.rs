//! Which center sends how many units of which line.

use std::collections::HashMap;

use kernel::{FcCode, Fnsku, SellerId};

use super::cut::Units;
use super::load::Wanted;
use crate::domain::stock::StockPool;

/// An order's demand and what each center holds of it.
#[derive(Debug)]
pub(super) struct Demand {
    /// One per FNSKU; several lines may ask for the same.
    goods: Vec<Good>,
    /// Centers that hold any of it, in text order.
    centers: Vec<FcCode>,
}

#[derive(Debug)]
struct Good {
    /// Lines that ask for it, in order, with their units still to be served.
    lines: Vec<(usize, u32)>,
    units: u64,
    /// Free units by position of the center.
    free: Vec<u64>,
}

impl Demand {
    /// What `wanted` of a seller asks for and what the pool has of it in centers that `usable` lets pass.
    pub(super) fn new(
        wanted: &[Wanted],
        seller: SellerId,
        pool: &StockPool,
        usable: impl Fn(FcCode) -> bool,
    ) -> Self {
        let mut centers: Vec<FcCode> = (wanted.iter())
            .flat_map(|line| pool.holdings(seller, line.fnsku))
            .filter(|holding| holding.free() > 0 && usable(holding.fc))
            .map(|holding| holding.fc)
            .collect();
        centers.sort_unstable();
        centers.dedup();
        let mut goods: Vec<Good> = Vec::with_capacity(wanted.len());
        let mut known: HashMap<Fnsku, usize> = HashMap::with_capacity(wanted.len());
        for (position, line) in wanted.iter().enumerate() {
            let index = *known.entry(line.fnsku).or_insert_with(|| {
                let mut free = vec![0; centers.len()];
                for holding in pool.holdings(seller, line.fnsku) {
                    if let Ok(center) = centers.binary_search(&holding.fc) {
                        free[center] = u64::from(holding.free());
                    }
                }
                goods.push(Good { lines: Vec::new(), units: 0, free });
                goods.len() - 1
            });
            goods[index].lines.push((position, line.units));
            goods[index].units += u64::from(line.units);
        }
        Self { goods, centers }
    }

    /// Lines that all centers together cannot serve; of several lines for one good the later ones lack it.
    pub(super) fn unserved_lines(&self) -> Vec<usize> {
        let mut lacking = Vec::new();
        for good in &self.goods {
            let mut left: u64 = good.free.iter().sum();
            for &(line, units) in &good.lines {
                match left.checked_sub(u64::from(units)) {
                    Some(rest) => left = rest,
                    None => lacking.push(line),
                }
            }
        }
        lacking.sort_unstable();
        lacking
    }

    /// True when nothing is left to serve.
    pub(super) fn is_served(&self) -> bool {
        self.goods.iter().all(|good| good.units == 0)
    }

    /// Centers that hold everything that is still to be served.
    pub(super) fn complete_centers(&self) -> Vec<FcCode> {
        let holds_all = |center: &usize| self.goods.iter().all(|good| good.free[*center] >= good.units);
        (0..self.centers.len()).filter(holds_all).map(|center| self.centers[center]).collect()
    }

    /// Centers that can serve the most units of what is still open, and how many; empty when none can serve any.
    pub(super) fn fullest_centers(&self) -> Vec<FcCode> {
        let coverage =
            |center: usize| -> u64 { self.goods.iter().map(|good| good.free[center].min(good.units)).sum() };
        let Some(best) = (0..self.centers.len()).map(coverage).max().filter(|units| *units > 0) else {
            return Vec::new();
        };
        (0..self.centers.len())
            .filter(|center| coverage(*center) == best)
            .map(|center| self.centers[center])
            .collect()
    }

    /// The units a center can serve of what is still open, by line.
    pub(super) fn portion(&self, fc: FcCode) -> Units {
        let Ok(center) = self.centers.binary_search(&fc) else { return Units::new() };
        let mut units = Units::new();
        for good in &self.goods {
            let mut left = good.free[center];
            for &(line, open) in &good.lines {
                let taken = u64::from(open).min(left);
                left -= taken;
                if taken > 0 {
                    units.push((line, u32::try_from(taken).unwrap_or(open)));
                }
            }
        }
        units.sort_unstable();
        units
    }

    /// Takes a center's portion out of what is still open.
    pub(super) fn serve(&mut self, portion: &[(usize, u32)]) {
        for good in &mut self.goods {
            for (line, open) in &mut good.lines {
                if let Ok(found) = portion.binary_search_by_key(line, |(line, _)| *line) {
                    *open -= portion[found].1;
                    good.units -= u64::from(portion[found].1);
                }
            }
        }
    }

    /// Leaves a center out of what follows.
    pub(super) fn leave_out(&mut self, fc: FcCode) {
        if let Ok(center) = self.centers.binary_search(&fc) {
            for good in &mut self.goods {
                good.free[center] = 0;
            }
        }
    }
}
