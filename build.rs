//! Lets the binary be built with or without the site: the directory that is embedded exists, and a change of it rebuilds.

fn main() {
    // Fails where the sources are read-only; then the site is there already, or there is none to embed.
    let _ = std::fs::create_dir_all("target/site");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=target/site");
}
