//! A small bar chart: what went well and what did not, hour by hour or day by day, drawn as SVG without any style of its
//! own.

use leptos::prelude::*;

const HEIGHT: u32 = 32;
const WIDTH: u32 = 8;

/// Bars of two parts, the oldest first; said in words to whoever does not see them.
#[component]
pub fn Bars(
    /// What went well and what did not, each hour or day.
    hours: Vec<(u32, u32)>,
    /// What is shown, to screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let highest =
        hours.iter().map(|(taken, refused)| u64::from(*taken) + u64::from(*refused)).max().unwrap_or_default().max(1);
    let scaled = move |n: u32| match u32::try_from(u64::from(n) * u64::from(HEIGHT) / highest).unwrap_or(HEIGHT) {
        _ if n == 0 => 0,
        height => height.max(2),
    };
    let width = u32::try_from(hours.len()).unwrap_or_default() * WIDTH;
    let bars = hours.into_iter().zip(0u32..).map(move |((taken, refused), at)| {
        let x = at * WIDTH;
        let (bad, good) = (scaled(refused), scaled(taken));
        let good = good.min(HEIGHT - bad.min(HEIGHT));
        view! {
            <rect class="bar-base" x=x y=HEIGHT width=WIDTH - 2 height=1></rect>
            {(good > 0).then(|| view! { <rect class="bar-good" x=x y=HEIGHT - good width=WIDTH - 2 height=good></rect> })}
            {(bad > 0).then(|| view! { <rect class="bar-bad" x=x y=HEIGHT - good - bad width=WIDTH - 2 height=bad></rect> })}
        }
    });
    view! {
        <svg class="bars" role="img" aria-label=label viewBox=format!("0 0 {width} {}", HEIGHT + 1)>{bars.collect_view()}</svg>
    }
}
