//! The frame around every page of a signed-in operator: rail, bar with search, main.

use crate::api::parcels::count_waiting;
use crate::components::console::{Console, Viewer, console};
use crate::components::icon::Icon;
use crate::components::keys::KeyHelp;
use crate::components::link::{here, path};
use crate::components::theme::ThemeSwitch;
use crate::components::time_switch::TimeSwitch;
use crate::islands::Awake;
use crate::islands::live::LiveDot;
use crate::islands::search_box::SearchBox;
use crate::words::{common, frame as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A place in the rail: icon, words, words where there is little room, address.
struct Place {
    icon: &'static str,
    long: &'static str,
    short: &'static str,
    to: &'static str,
    /// The letter that goes there after `g`; none where no letter does.
    key: &'static str,
}

const DAILY: [Place; 4] = [
    Place { icon: "overview", long: words::OVERVIEW, short: words::OVERVIEW, to: "/", key: "o" },
    Place { icon: "parcels", long: words::PARCELS, short: words::PARCELS, to: "/parcels", key: "p" },
    Place { icon: "flag", long: words::ATTENTION, short: words::ATTENTION, to: "/attention", key: "a" },
    Place { icon: "deliveries", long: words::DELIVERIES, short: words::DELIVERIES, to: "/deliveries", key: "d" },
];

const NOTES: Place = Place { icon: "note", long: words::NOTES, short: words::NOTES_SHORT, to: "/notes", key: "" };

const RARE: [Place; 5] = [
    Place {
        icon: "failed",
        long: words::FAILED_SIGNATURES,
        short: words::FAILED_SHORT,
        to: "/deliveries?verdict=failed",
        key: "",
    },
    Place { icon: "carriers", long: words::CARRIERS, short: words::CARRIERS, to: "/carriers", key: "c" },
    Place { icon: "mappings", long: words::MAPPINGS, short: words::MAPPINGS, to: "/mappings", key: "m" },
    Place { icon: "bench", long: words::TEST_BENCH, short: words::TEST_BENCH, to: "/test-bench", key: "" },
    Place { icon: "settings", long: words::SETTINGS, short: words::SETTINGS, to: "/settings", key: "s" },
];

/// Rail, bar and main.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = console().viewer;
    view! {
        <a class="skip-link" href="#main">{words::SKIP}</a>
        <div class="frame">
            <Rail viewer=viewer.clone()/>
            <Bar viewer/>
            <main class="main" id="main" tabindex="-1">
                <div class="notice" data-tone="red" role="alert" id="unreached" hidden>
                    <Icon name="triangle"/><p class="notice-body">{words::UNREACHED}</p>
                </div>
                <div class="page">{children()}</div>
            </main>
        </div>
        <Awake/>
    }
}

#[component]
fn Rail(viewer: Option<Viewer>) -> impl IntoView {
    view! {
        <aside class="rail" aria-label=words::NAVIGATION>
            <a class="brand" href=path("/")><Icon name="brand"/>{common::PRODUCT}</a>
            <nav aria-label=words::CONSOLE>
                <ul>
                    <Daily/>
                </ul>
                <ul class="rail-more">{RARE.iter().map(|place| view! { <li><PlaceLink place/></li> }).collect_view()}</ul>
            </nav>
            <details class="rail-sheet">
                <summary><Icon name="more"/>{words::MORE}</summary>
                <div class="sheet">
                    <nav aria-label=words::MORE>
                        <ul>{RARE.iter().map(|place| view! { <li><PlaceLink place/></li> }).collect_view()}</ul>
                    </nav>
                    <div class="sheet-foot"><TimeSwitch/><ThemeSwitch/><Who viewer/></div>
                </div>
            </details>
        </aside>
    }
}

/// The daily places, with what waits in them; the notes only while some do.
#[component]
fn Daily() -> impl IntoView {
    let shown = Suspend::new(async move {
        let waiting = count_waiting().await.unwrap_or_default();
        let count = |place: &Place| if place.to == "/attention" { waiting.attention } else { 0 };
        view! {
            {DAILY.iter().map(|place| view! { <li><PlaceLink place count=count(place)/></li> }).collect_view()}
            {(waiting.notes > 0).then(|| view! { <li class="rail-notes"><PlaceLink place=&NOTES count=waiting.notes/></li> })}
        }
    });
    view! { <template data-live="attention"></template><Suspense>{shown}</Suspense> }
}

#[component]
fn PlaceLink(place: &'static Place, #[prop(optional)] count: u64) -> impl IntoView {
    let here = here();
    let failed = here == "/deliveries" && use_query_map().get_untracked().get_str("verdict") == Some("failed");
    let matches = match place.to {
        "/deliveries?verdict=failed" => failed,
        "/deliveries" => !failed && here.starts_with("/deliveries"),
        "/" => here == "/" || here.is_empty(),
        "/parcels" => here.starts_with("/parcels") || here.starts_with("/shipments"),
        to => here.starts_with(to),
    };
    let current = matches.then_some("page");
    view! {
        <a href=path(place.to) aria-current=current data-go=(!place.key.is_empty()).then_some(place.key)>
            <Icon name=place.icon/>
            <span class="long">{place.long}</span>
            <span class="short">{place.short}</span>
            {(count > 0).then(|| view! { <span class="rail-count">{common::at_most_99(count)}<span class="unseen">{words::WAITING}</span></span> })}
        </a>
    }
}

#[component]
fn Bar(viewer: Option<Viewer>) -> impl IntoView {
    let sought = use_query_map().get_untracked().get("q").unwrap_or_default();
    let Console { base, mark, .. } = console();
    view! {
        <header class="bar">
            <a class="brand" href=path("/") aria-label=common::PRODUCT><Icon name="brand"/></a>
            <SearchBox base sought/>
            <div class="bar-end">
                <LiveDot address=path("/live") mark/>
                <KeyHelp/>
                <TimeSwitch/>
                <ThemeSwitch/>
                <Who viewer/>
            </div>
        </header>
    }
}

#[component]
fn Who(viewer: Option<Viewer>) -> impl IntoView {
    viewer.map(|viewer| {
        view! {
            <div class="who">
                <span>
                    <span class="who-name">{viewer.name}</span>
                    <span class="who-role">{viewer.role.label()}</span>
                </span>
                <form method="post" action=path("/logout")>
                    <button class="button" data-kind="quiet" title=words::SIGN_OUT><Icon name="sign-out"/>{words::SIGN_OUT}</button>
                </form>
            </div>
        }
    })
}
