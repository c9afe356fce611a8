//! From a carrier's plan and what was recorded to what is shown. Pure.

use super::is_done;
use crate::server::carriers::{PlannedStep, RegistrationPlan};
use crate::server::store::desk::RecordedStep;
use crate::tracking::registration::{Registration, RegistrationAct, RegistrationState, RegistrationStep, StepState};
use crate::tracking::time::Timestamp;

/// The step that only a carrier can do.
const FIRST_DELIVERY: &str = "first_delivery";

/// What was recorded since the last time the subscription was ended (that step included); what came before no longer
/// counts. `recorded` holds the newest record of each step, oldest first.
pub(super) fn in_force(recorded: &[RecordedStep]) -> &[RecordedStep] {
    let ended = recorded.iter().rposition(|step| is_done(step, RegistrationAct::Unsubscribe.as_str()));
    &recorded[ended.unwrap_or(0)..]
}

pub(super) fn view(
    plan: RegistrationPlan,
    recorded: &[RecordedStep],
    last_delivery_at: Option<Timestamp>,
    last_checked_at: Option<Timestamp>,
) -> Registration {
    let counting = in_force(recorded);
    let state = state(&plan, counting, last_delivery_at);
    let of = |name: &str| counting.iter().find(|step| step.name == name);
    let mut steps: Vec<RegistrationStep> =
        plan.steps.iter().map(|step| planned(step, of(&step.name), last_delivery_at)).collect();
    steps.push(RegistrationStep {
        name: FIRST_DELIVERY.into(),
        title: "The first delivery that proves its origin.".into(),
        state: if last_delivery_at.is_some() { StepState::Done } else { StepState::Todo },
        at: last_delivery_at,
        message: None,
    });
    for (act, title) in [
        (RegistrationAct::Check, "Ask the carrier what it has registered."),
        (RegistrationAct::Unsubscribe, "End the subscription."),
    ] {
        if let Some(step) = of(act.as_str()) {
            steps.push(RegistrationStep {
                name: step.name.clone(),
                title: title.into(),
                state: step.state,
                at: Some(step.at),
                message: step.message.clone(),
            });
        }
    }
    Registration { state, steps, acts: plan.acts, handouts: plan.handouts, last_checked_at, last_delivery_at }
}

fn planned(
    step: &PlannedStep,
    recorded: Option<&RecordedStep>,
    last_delivery_at: Option<Timestamp>,
) -> RegistrationStep {
    let state = match recorded {
        Some(recorded) => recorded.state,
        // Nobody tells us of what is done by hand; a delivery shows that it was.
        None if step.act.is_none() && last_delivery_at.is_some() => StepState::Done,
        None => StepState::Todo,
    };
    RegistrationStep {
        name: step.name.clone(),
        title: step.title.clone(),
        state,
        at: recorded.map(|step| step.at),
        message: recorded.and_then(|step| step.message.clone()),
    }
}

fn state(plan: &RegistrationPlan, counting: &[RecordedStep], last_delivery_at: Option<Timestamp>) -> RegistrationState {
    let done = |act: RegistrationAct| counting.iter().any(|step| is_done(step, act.as_str()));
    let newest = counting.last();
    let received_since = |at: Timestamp| last_delivery_at.is_some_and(|last| last > at);
    let ended = counting.first().filter(|step| is_done(step, RegistrationAct::Unsubscribe.as_str()));
    if let Some(failed) = newest.filter(|step| step.state == StepState::Failed && !received_since(step.at)) {
        // What still comes in speaks against a failed question, but not against the carrier's own word.
        if last_delivery_at.is_none() || failed.name == RegistrationAct::Check.as_str() {
            return RegistrationState::Failed;
        }
    }
    if ended.is_some_and(|step| !received_since(step.at)) && !done(RegistrationAct::Register) {
        return RegistrationState::Unsubscribed;
    }
    if last_delivery_at.is_some() {
        RegistrationState::Receiving
    } else if done(RegistrationAct::Activate) {
        RegistrationState::Activated
    } else if done(RegistrationAct::Register) {
        RegistrationState::Registered
    } else if plan.acts.is_empty() {
        RegistrationState::Manual
    } else {
        RegistrationState::Unregistered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> RegistrationPlan {
        let step =
            |act: RegistrationAct| PlannedStep { name: act.as_str().into(), title: String::new(), act: Some(act) };
        RegistrationPlan {
            steps: vec![step(RegistrationAct::Register), step(RegistrationAct::Activate)],
            acts: RegistrationAct::ALL.to_vec(),
            handouts: Vec::new(),
        }
    }

    fn record(act: RegistrationAct, state: StepState, at: i64) -> RecordedStep {
        RecordedStep { name: act.as_str().into(), state, message: None, at: Timestamp::from_millis(at) }
    }

    fn state_after(recorded: &[RecordedStep], last: Option<i64>) -> RegistrationState {
        view(plan(), recorded, last.map(Timestamp::from_millis), None).state
    }

    #[test]
    fn a_registration_moves_forward_and_only_a_delivery_makes_it_receive() {
        use RegistrationAct as A;
        use StepState::{Done, Failed};
        let registered = record(A::Register, Done, 1);
        let activated = record(A::Activate, Done, 2);
        assert_eq!(state_after(&[], None), RegistrationState::Unregistered);
        assert_eq!(state_after(&[record(A::Register, Failed, 1)], None), RegistrationState::Failed);
        assert_eq!(state_after(std::slice::from_ref(&registered), None), RegistrationState::Registered);
        assert_eq!(state_after(&[registered.clone(), activated.clone()], None), RegistrationState::Activated);
        assert_eq!(state_after(&[registered.clone(), activated.clone()], Some(3)), RegistrationState::Receiving);
        let ended = record(A::Unsubscribe, Done, 9);
        let all = [registered, activated, ended.clone()];
        assert_eq!(state_after(&all, Some(3)), RegistrationState::Unsubscribed);
        assert_eq!(state_after(&all, Some(10)), RegistrationState::Receiving);
        assert!(view(plan(), &all, None, None).steps[..2].iter().all(|step| step.state == StepState::Todo));
        assert_eq!(state_after(&[ended, record(A::Register, Done, 11)], None), RegistrationState::Registered);
        assert_eq!(state_after(&[record(A::Check, Failed, 5)], Some(3)), RegistrationState::Failed);
        assert_eq!(state_after(&[record(A::Check, Failed, 5)], Some(6)), RegistrationState::Receiving);
    }

    #[test]
    fn by_hand_is_done_once_something_comes() {
        let by_hand = RegistrationPlan {
            steps: vec![PlannedStep { name: "ask_carrier".into(), title: String::new(), act: None }],
            acts: Vec::new(),
            handouts: Vec::new(),
        };
        let before = view(by_hand.clone(), &[], None, None);
        assert_eq!((before.state, before.steps[0].state), (RegistrationState::Manual, StepState::Todo));
        let after = view(by_hand, &[], Some(Timestamp::from_millis(1)), None);
        assert_eq!((after.state, after.steps[0].state), (RegistrationState::Receiving, StepState::Done));
    }
}
