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

// Forms under a parcel’s head
pub const CHOICE_DELIVERED: &str = "Delivered: the recipient has it";
pub const CHOICE_RETURNED: &str = "Returned: the sender has it back";
pub const CHOICE_CANCELLED: &str = "Cancelled: it was called off";
pub const CHOICE_LOST: &str = "Lost: nobody can find it";
pub const IT_IS: &str = "It is";
pub const MARK_REASON_HELP: &str = "Shown on the timeline with your name: how you know.";
pub const PIN: &str = "Pin it";
pub const PIN_HELP: &str = "No event of the carrier changes it any more; only an operator does. Without, it counts like a scan of this moment.";
pub const NOTE_HELP: &str = "Stands on the timeline with your name. It moves nothing.";
pub const ADD_NOTE: &str = "Add the note";

// What was just done
pub fn marked(status: &str) -> String {
    format!("Done: it is {status}. The timeline shows your name and reason.")
}
pub const NOTED: &str = "The note is on the timeline.";
pub const PUT_BACK_DONE: &str = "Put back: it counts again.";
pub const VOIDED: &str = "Voided: it stays on the timeline and counts for nothing.";
pub const MOVED_BACK_DONE: &str = "Moved back to this number.";
pub const OPEN: &str = "Open ";
pub fn moved_to(number: &str) -> String {
    format!("Moved to {number}.")
}

// What an operator is asked to confirm
pub const CONFIRM_RETURNED: &str = "Confirm returned";
pub const IS_RETURNED: &str = "Confirmed: it is back with the sender.";
pub const CONFIRM_DELIVERED: &str = "Confirm delivered";
pub const IS_DELIVERED: &str = "Confirmed: the recipient has it.";

// Reasons that are noted
pub const ABOUT_THIS: &str = "It is about this number";
