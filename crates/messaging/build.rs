//! Tells cargo that the crate embeds its migrations.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
