//! What an operator does to a timeline.

pub fn void_this(what: &str) -> String {
    format!("Void {what}")
}
pub const VOID_IT: &str = "Void it";
pub const VOID_HELP: &str =
    "It stays on the timeline, struck through with your name and reason, and counts for nothing.";
pub fn undo_this(what: &str) -> String {
    format!("Undo {what}")
}
pub const UNDO_IT: &str = "Undo it";
pub const TAKEN_BACK: &str = "Taken back";
pub const UNDO_HELP: &str = "The state is worked out again as if it had not been done; the line stays, struck through.";
pub fn put_this_back(what: &str) -> String {
    format!("Put {what} back")
}
pub fn move_this(what: &str) -> String {
    format!("Move {what} to another number")
}
pub const PUT_BACK_HELP: &str = "It counts again, at its old place.";
pub const PUT_BACK_REASON: &str = "It was right";
pub const PUT_IT_BACK: &str = "Put it back";
pub const MOVE_TO: &str = "Number it belongs to";
pub const MOVE_HELP: &str = "A number of the same account; one that is not known yet gets a parcel.";
pub const MOVE_IT: &str = "Move it";
pub const MOVED_BACK: &str = "Moved back";
