//! Reports as the Reports API has them: asked for, written in the background, downloaded, given up.

mod calls;
mod ends;
mod faults;
mod flow;
mod refused;
