//! Which product stands in for a product code of an imported order file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{SellerId, Sku};

use crate::chance::Chance;
use crate::world::{Product, Seller};

/// One code in so many stands for any product of the seller at all, restricted ones included.
const ANY_PRODUCT_ONE_IN: u64 = 250;

/// The goods of each seller, and which code stands for which.
pub(crate) struct Assortment {
    chance: Chance,
    sellers: Vec<SellerId>,
    plain: BTreeMap<SellerId, Vec<Sku>>,
    all: BTreeMap<SellerId, Vec<Sku>>,
    listed: BTreeSet<(SellerId, Sku)>,
    chosen: HashMap<(SellerId, String), Sku>,
}

impl Assortment {
    /// The goods of sellers on Amazon.com; a seller without anything that may stand in is left out.
    ///
    /// # Errors
    /// When no product at all may stand in.
    pub(crate) fn new(chance: Chance, sellers: &[Seller], products: &[Product]) -> anyhow::Result<Self> {
        let mut plain: BTreeMap<SellerId, Vec<Sku>> = BTreeMap::new();
        let mut all: BTreeMap<SellerId, Vec<Sku>> = BTreeMap::new();
        for product in products {
            all.entry(product.seller).or_default().push(product.sku.clone());
            if product.stands_in {
                plain.entry(product.seller).or_default().push(product.sku.clone());
            }
        }
        let exporting = |id: &SellerId| {
            sellers.iter().any(|s| s.id == *id && s.marketplace == kernel::MarketplaceId::US && !s.leaves)
        };
        plain.retain(|seller, _| exporting(seller));
        anyhow::ensure!(
            !plain.is_empty(),
            "the catalogue has no complete product that can stand in for others"
        );
        for skus in plain.values_mut().chain(all.values_mut()) {
            skus.sort();
        }
        let listed = products.iter().map(|product| (product.seller, product.sku.clone())).collect();
        Ok(Self {
            chance,
            sellers: plain.keys().copied().collect(),
            plain,
            all,
            listed,
            chosen: HashMap::new(),
        })
    }

    /// The seller a buyer of the source buys from: always the same one.
    pub(crate) fn seller_for(&self, buyer: &str) -> Option<SellerId> {
        self.chance.pick(&self.sellers, "seller of buyer", buyer).copied()
    }

    /// True when the seller lists the SKU itself.
    pub(crate) fn lists(&self, seller: SellerId, sku: &Sku) -> bool {
        self.listed.contains(&(seller, sku.clone()))
    }

    /// The seller's product that stands for a code: always the same one.
    pub(crate) fn sku_for(&mut self, seller: SellerId, code: &str) -> Option<Sku> {
        let key = (seller, code.to_owned());
        if let Some(sku) = self.chosen.get(&key) {
            return Some(sku.clone());
        }
        let any = self.chance.below(ANY_PRODUCT_ONE_IN, "any product", code) == 0;
        let pool = if any { &self.all } else { &self.plain }.get(&seller)?;
        let sku = self.chance.pick(pool, "product of code", code)?.clone();
        self.chosen.insert(key, sku.clone());
        Some(sku)
    }
}
