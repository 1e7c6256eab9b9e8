//! What the tests share: a world of their own, processes that can be killed, effects that can be counted.

mod effects;
mod gate;
mod ops;
mod process;
mod world;

pub(crate) use effects::{Effects, assert_exactly_once};
pub(crate) use gate::Gate;
pub(crate) use ops::{dead_letters, ops_client};
pub(crate) use process::Process;
pub(crate) use world::{World, event, soon, time};
