//! What happened on each of the last two weeks' days: a stacked bar a day, and the same as a table.

use crate::components::card::Card;
use crate::tracking::overview::{DayCount, News};
use crate::tracking::status::Status;
use crate::words::home as words;
use leptos::prelude::*;

const WIDTH: u32 = 40;
const GAP: u32 = 12;
const HEIGHT: u32 = 120;

/// Word and tone of a kind of news.
fn look(news: News) -> (&'static str, &'static str) {
    match news {
        News::Moving => (words::ON_THE_WAY, "blue"),
        News::Waiting => (Status::AvailableForPickup.label(), "teal"),
        News::Delivered => (Status::Delivered.label(), "green"),
        News::Trouble => (words::TROUBLE, "red"),
        News::Back => (words::GOING_BACK, "brown"),
    }
}

/// The chart. Whoever does not see it gets the table, which is also there for those who want the figures.
#[component]
pub fn Days(
    /// The oldest first.
    days: Vec<DayCount>,
) -> impl IntoView {
    let highest = days.iter().map(DayCount::total).max().unwrap_or_default().max(1);
    let width = u32::try_from(days.len()).unwrap_or_default() * (WIDTH + GAP);
    let bars = days.iter().zip(0..).map(|(day, at)| bar(day, at * (WIDTH + GAP) + GAP / 2, highest)).collect_view();
    let legend = News::ALL.map(|news| {
        let (word, tone) = look(news);
        view! { <li data-tone=tone>{word}</li> }
    });
    let ends = days.first().zip(days.last()).map(|(first, last)| {
        view! { <p class="days-ends muted small" aria-hidden="true"><span>{short(first)}</span><span>{short(last)}</span></p> }
    });
    view! {
        <Card title=words::LAST_DAYS>
            <svg class="days" viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
            {ends}
            <ul class="days-legend small" aria-hidden="true">{legend.into_iter().collect_view()}</ul>
            <details class="days-table">
                <summary class="small">{words::AS_TABLE}</summary>
                <Figures days/>
            </details>
        </Card>
    }
}

fn bar(day: &DayCount, x: u32, highest: u32) -> impl IntoView + use<> {
    let mut top = HEIGHT;
    let parts = News::ALL.into_iter().zip(day.events).filter(|(_, n)| *n > 0).map(|(news, n)| {
        // At least two units, so that a single event is seen.
        let height = u32::try_from(u64::from(n) * u64::from(HEIGHT - 10) / u64::from(highest)).unwrap_or(HEIGHT).max(2);
        top = top.saturating_sub(height);
        view! { <rect data-tone=look(news).1 x=x y=top width=WIDTH height=height></rect> }
    });
    let parts = parts.collect_view();
    view! { <g><title>{words::day_total(&short(day), day.total())}</title><rect class="bar-base" x=x y=HEIGHT - 1 width=WIDTH height=1></rect>{parts}</g> }
}

#[component]
fn Figures(days: Vec<DayCount>) -> impl IntoView {
    let heads = News::ALL.map(|news| view! { <th scope="col" class="end">{look(news).0}</th> });
    let rows = days.into_iter().rev().map(|day| {
        let cells = day.events.map(|n| view! { <td class="end numeric">{n}</td> });
        view! { <tr><th scope="row">{short(&day)}</th>{cells.into_iter().collect_view()}</tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=words::LAST_DAYS>
            <table class="table">
                <thead><tr><th scope="col">{words::DAY}</th>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn short(day: &DayCount) -> String {
    day.day.format("%a %-d %b").to_string()
}
