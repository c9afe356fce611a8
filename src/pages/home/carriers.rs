//! Whether every carrier is alive: one line per endpoint.

use crate::components::bars::Bars;
use crate::components::link::path;
use crate::components::time::{Ago, clocks, span_text};
use crate::tracking::endpoint::EndpointState;
use crate::tracking::overview::Pulse;
use crate::words::{frame, home as words};
use leptos::prelude::*;

/// A line per endpoint.
#[component]
pub(super) fn Pulses(pulses: Vec<Pulse>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="alive-title">
            <header><h2 id="alive-title">{frame::CARRIERS}</h2><a href=path("/carriers")>{words::ALL_CARRIERS}</a></header>
            <div class="card-body"><ul class="pulses">{pulses.into_iter().map(|pulse| view! { <Line pulse/> }).collect_view()}</ul></div>
        </section>
    }
}

#[component]
fn Line(pulse: Pulse) -> impl IntoView {
    let (taken, refused) = pulse
        .hours
        .iter()
        .fold((0u64, 0u64), |(taken, refused), (good, bad)| (taken + u64::from(*good), refused + u64::from(*bad)));
    let words = words::hours(taken, refused);
    let label = words::day_by_hours(&pulse.label, &words);
    let state = (pulse.state != EndpointState::Active).then(|| pulse.state.label());
    let rhythm = rhythm_words(&pulse);
    view! {
        <li class="pulse" data-tone=pulse.unusual.then_some("red")>
            <div>
                <a href=path(&format!("/carriers/{}", pulse.endpoint))><strong>{pulse.carrier.label()}</strong>" · "{pulse.label.clone()}</a>
                {state.map(|state| view! { " "<span class="chip" data-tone="amber">{state}</span> })}
                <p class="small muted">{match pulse.last_verified_at {
                    Some(at) => view! { {words::LAST_PROVEN}<Ago at/> }.into_any(),
                    None => view! { {words::NO_PROVEN} }.into_any(),
                }}</p>
            </div>
            <div class="pulse-day">
                <Bars hours=pulse.hours label/>
                <span class="small muted" aria-hidden="true">{words}{words::IN_24H}</span>
            </div>
            <p class="pulse-rhythm small">{rhythm}</p>
        </li>
    }
}

fn rhythm_words(pulse: &Pulse) -> String {
    let now = clocks().now;
    match (pulse.rhythm.usual_s(), pulse.last_verified_at) {
        (Some(usual), Some(last)) if pulse.unusual => {
            words::silent(&span_text(now.seconds_since(last)), &span_text(usual))
        }
        (Some(usual), _) => words::as_usual(&span_text(usual)),
        (None, _) => words::NO_RHYTHM.into(),
    }
}
