//! Makes of the compiled islands what a browser can load: a script beside the program in wasm.
//!
//! usage: parcelwire-bindgen WASM FOLDER

use std::env::args_os;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let (Some(wasm), Some(folder)) = (args_os().nth(1), args_os().nth(2)) else {
        eprintln!("usage: parcelwire-bindgen WASM FOLDER");
        return ExitCode::from(2);
    };
    let made = Bindgen::new().input_path(wasm).typescript(false).web(true).and_then(|bindgen| bindgen.generate(folder));
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
