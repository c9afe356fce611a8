//! The command line.

fn main() -> std::process::ExitCode {
    parcelwire::server::cli::run()
}
