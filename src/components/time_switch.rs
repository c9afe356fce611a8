//! On whose clock times are shown: where it happened, mine, UTC. The form is sent whole, with scripts too: the page comes
//! back with every time on the new clock.

use super::console::console;
use crate::api::preferences::SetTimes;
use crate::tracking::preferences::TimeDisplay;
use crate::words::times as words;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Three buttons of one form.
#[component]
pub fn TimeSwitch() -> impl IntoView {
    let chosen = console().preferences.times;
    let zone = console().preferences.zone;
    view! {
        <div class="theme-switch" data-words>
            <form method="post" action=format!("{}{}", console().base, SetTimes::url())>
                {TimeDisplay::ALL
                    .iter()
                    .map(|&times| {
                        let title = match (&zone, times) {
                            (Some(zone), TimeDisplay::Mine) => words::in_my_zone(zone),
                            _ => words::times(times.label()),
                        };
                        view! {
                            <button name="times" value=times.as_str() title=title aria-pressed=if times == chosen { "true" } else { "false" }>
                                {times.short()}
                            </button>
                        }
                    })
                    .collect_view()}
            </form>
        </div>
    }
}
