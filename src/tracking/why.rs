//! Why a parcel has its status: the event that decides, the rule that applied, and what was set aside.
//!
//! The words are stable; the sentences are for people and may change.

use super::status::vocabulary;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

vocabulary! {
    /// Which rule made the status what it is; the label says its effect.
    Rule, "rule":
    NothingHeard = "nothing_heard", "Nothing that counts was heard of it yet.";
    NewestCounts = "newest_counts", "The newest event that counts decides, by the carrier's clock.";
    HigherRankInTie = "higher_rank_in_tie", "Of events in the same minute the one further along the journey decides.";
    DecidedInContext = "decided_in_context", "The code means different things; what came before it decides which.";
    TroubleRecovered = "trouble_recovered", "A later scan ended the trouble before it.";
    DeliveredIsSticky = "delivered_is_sticky", "A delivery stands until a return, a new acceptance or an operator says otherwise.";
    ReturnedIsFinal = "returned_is_final", "Back with the sender; only a new acceptance or an operator changes that.";
    CancelledStands = "cancelled_stands", "Called off; only a scan of the parcel itself or an operator changes that.";
    ReturningUntilArrived = "returning_until_arrived", "On its way back; only its arrival, a cancelling, a new acceptance or an operator changes that.";
    ReturnAfterDelivery = "return_after_delivery", "It was delivered, and then began its way back.";
    ReturnInferred = "return_inferred", "“Delivered” on the way back is taken to mean back with the sender. An operator should confirm it.";
    DeliveredWhileReturning = "delivered_while_returning", "“Delivered” is taken at its word although a return was under way: so this carrier uses it.";
    NewJourney = "new_journey", "The number was accepted again, so a new journey began.";
    MovedAfterCancel = "moved_after_cancel", "It was scanned after it had been cancelled, so it moves all the same.";
    WeakEvent = "weak_event", "The carrier knows of the parcel; nothing says yet that it has it.";
    OperatorAsserted = "operator_asserted", "An operator said so.";
    OperatorPinned = "operator_pinned", "An operator said so and pinned it: events of the carrier do not change it.";
}

vocabulary! {
    /// Why an event does not make the status.
    SetAsideKind, "reason for setting aside":
    Voided = "voided", "Voided by an operator";
    Retracted = "retracted", "Retracted by the source";
    Pinned = "pinned", "The status is pinned by an operator";
    NotMapped = "not_mapped", "Not mapped";
    Weak = "weak", "Too weak to change anything";
    NothingNew = "nothing_new", "Says that nothing is known; more was known already";
    AfterDelivery = "after_delivery", "After delivery";
    AfterReturn = "after_return", "After the return to the sender";
    AfterCancel = "after_cancel", "After cancelling";
    WhileReturning = "while_returning", "On its way back";
    RepeatsCheckpoint = "repeats_checkpoint", "Repeats the newest checkpoint";
    PartialProof = "partial_proof", "Signed for some pieces only";
    Late = "late", "Received late";
}

/// An event that does not make the status, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAside {
    /// Which.
    pub event: Uuid,
    /// In one stable word.
    pub kind: SetAsideKind,
    /// In plain words: “Received 6 h late”, “After delivery”, “Voided by ana”.
    pub reason: String,
}

/// Why a parcel has its status. `Parcel::explanation` is this and the parcel's flags in sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Why {
    /// The event that decides; null where nothing that counts was heard.
    pub event: Option<Uuid>,
    /// The rule that applied, as a stable word.
    pub rule: Rule,
    /// What that rule does, in one sentence.
    pub effect: String,
    /// Event and rule together, in one or two sentences: what `explanation` begins with.
    pub sentence: String,
    /// The status was inferred: an operator should confirm it (by asserting it) or correct it.
    pub to_confirm: bool,
    /// Events that do not make the status, newest first; at most [`MOST_SET_ASIDE`].
    pub set_aside: Vec<SetAside>,
    /// How many there are in all.
    pub set_aside_total: u32,
}

/// Most events named in [`Why::set_aside`].
pub const MOST_SET_ASIDE: usize = 20;

impl Why {
    /// For a parcel that was folded before this was recorded: it is folded again soon.
    pub fn unknown(event: Option<Uuid>, sentence: String) -> Self {
        let rule = if event.is_some() { Rule::NewestCounts } else { Rule::NothingHeard };
        Self {
            event,
            rule,
            effect: rule.label().to_owned(),
            sentence,
            to_confirm: false,
            set_aside: Vec::new(),
            set_aside_total: 0,
        }
    }
}
