//! `/shipments/{id}`: one shipment, or the parcels of an order.

use super::plural;
use std::fmt::Display;

pub const SHIPMENT_IS: &str = "Shipment ";
pub fn withdrawn(n: usize) -> String {
    plural(n, "withdrawn piece", "withdrawn pieces")
}
pub const WITHDRAWN_HELP: &str = "The carrier’s newest list of pieces does not name them any more.";
pub const WITHDRAWN: &str = "Withdrawn pieces";
pub const LATEST_EVENT: &str = "Latest event";
pub fn piece(n: impl Display) -> String {
    format!("Piece {n}")
}
pub const WHICH_PIECE: &str = "The carrier did not say which piece it was.";
pub fn which_pieces(n: usize) -> String {
    format!("The carrier did not say which {n} pieces they were.")
}
pub const SIGNED_FOR_IS: &str = "Pieces signed for: ";
pub const OF: &str = " of ";
pub const SIGNED_FOR: &str = "Signed for";
pub const REASON_HELP: &str = "How you know. Each ticked piece is set to delivered, with your name.";
pub const SIGN: &str = "Set the ticked pieces to delivered";
pub const SIGNED: &str = "Done: the ticked pieces are delivered. Their timelines show your name and reason.";
pub const TAKEN_BACK: &str = "Taken back.";
