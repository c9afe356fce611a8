//! The corpus of the fuzz targets (`fuzz/`), replayed through the same functions; and each of its files, torn and bent.

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::path::PathBuf;

/// The files of one target's corpus.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<_> = entries.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file")).collect();
    assert!(files.len() >= 4, "{target} has {} files", files.len());
    files
}

/// Some forty variations of a file: cut, with a byte bent, with a part twice.
fn bent(file: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let step = (file.len() / 20).max(1);
    (0..file.len()).step_by(step).flat_map(move |at| {
        let mut flipped = file.to_vec();
        flipped[at] ^= 0x15;
        let twice = [&file[..at], &file[at / 2..]].concat();
        [file[..at].to_vec(), flipped, twice]
    })
}

fn replay(target: &str, run: impl Fn(&[u8])) {
    for file in corpus(target) {
        run(&file);
        bent(&file).for_each(|file| run(&file));
    }
}

#[test]
fn the_corpus_of_the_proof_engine_holds() {
    replay("proof", targets::proof);
}

#[test]
fn the_corpus_of_every_reader_holds() {
    for carrier in parcelwire::tracking::carrier_id::CarrierId::ALL {
        let id = carrier.as_str();
        replay(&format!("read_{}", id.replace('-', "_")), |data| targets::read(id, data));
    }
}

#[test]
fn the_corpus_of_the_slice_finder_holds() {
    replay("slices", targets::slices);
}
