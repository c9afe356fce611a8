//! Lets the server be built with or without the site: the folder that is embedded exists, and a change of it builds a
//! release again. A debug build embeds nothing, it reads the folder while it runs.

fn main() {
    // Fails where the sources are read-only; then the site is there already, or there is none to embed.
    let _ = std::fs::create_dir_all("target/site");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    // Build scripts share this with the profile they are built for.
    if !cfg!(debug_assertions) {
        println!("cargo:rerun-if-changed=target/site");
    }
}
