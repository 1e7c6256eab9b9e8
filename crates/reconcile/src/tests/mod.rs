//! A small world in which every check holds, and what each check finds when one thing of it is wrong.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod customs;
mod events;
mod money;
mod orders;
mod returns;
mod stock;
mod story;
mod world;

use story::story;
use world::World;

/// The story with one thing changed: exactly these checks fail.
fn broken(change: impl FnOnce(&mut World)) -> Vec<&'static str> {
    let mut world = story();
    change(&mut world);
    world.failing()
}
