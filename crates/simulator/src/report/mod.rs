//! What became of a play, for people: tables, and what must hold.

mod books;
mod checks;
mod tables;

pub use books::Books;
pub use checks::Checks;
pub use tables::print;
