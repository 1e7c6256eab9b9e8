//! Reading the world from files: the project's own sample, and catalogues and order files of others.
//!
//! A source is known by its columns. A row that cannot be taken ends as a [`RowError`] with line, column and reason, and
//! the rest continues. What a source lacks is filled or left missing by rules that every [`Report`] carries and
//! `docs/importers.md` explains.

mod assembly;
mod assortment;
mod books;
mod brightdata;
mod countries;
mod dataco;
mod fnsku;
mod load;
mod measures;
mod report;
mod row;
mod sample_catalogue;
mod sample_orders;
mod source;
mod steady;
pub mod tables;
#[cfg(test)]
mod testing;
mod uci;
mod uk_toys;

pub(crate) use load::month_of;
pub use load::{Inputs, load};
pub use report::{Report, RowError};
pub use steady::{MINUTES_A_SECOND, Steady};

#[cfg(test)]
mod documented {
    use super::{assembly, books, brightdata, dataco, sample_catalogue, sample_orders, uci, uk_toys};

    const PAGE: &str = include_str!("../../../../docs/importers.md");

    #[test]
    fn every_printed_rule_stands_on_the_page_about_importers() {
        let rules = [
            &assembly::RULES[..],
            &uk_toys::RULES,
            &brightdata::RULES,
            &books::RULES,
            &sample_catalogue::RULES,
            &sample_orders::RULES,
            &uci::RULES,
            &dataco::RULES,
        ];
        let on_page: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        for rule in rules.concat() {
            assert!(on_page.contains(&rule), "not in docs/importers.md: {rule}");
        }
    }
}
