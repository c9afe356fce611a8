//! The search of the whole console: a plain form without scripts, results as one types with them.
//!
//! A combobox after the ARIA practices: the focus stays in the field, arrows choose, Enter goes, Escape closes.
#![expect(missing_docs, reason = "the macro makes a struct of an island's props and cannot be told about it")]

use super::visit::{self, VISITED};
use crate::api::query_of;
use crate::api::search::search;
use crate::components::badge::StatusBadge;
use crate::components::hit::ExcerptLine;
use crate::components::icon::Icon;
use crate::tracking::search::{Excerpt, Found};
use crate::tracking::status::Status;
use crate::words::search as words;
use leptos::ev::{self, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use web_sys::{Event, UrlSearchParams};

/// How long somebody must pause before the server is asked.
const PAUSE: core::time::Duration = core::time::Duration::from_millis(140);

/// One line of the list.
#[derive(Clone, PartialEq)]
struct Choice {
    group: &'static str,
    to: String,
    title: String,
    status: Option<Status>,
    excerpt: Option<Excerpt>,
    second: String,
}

/// The state of the list.
#[derive(Clone, Copy)]
struct Combo {
    base: StoredValue<String>,
    typed: RwSignal<String>,
    choices: RwSignal<Vec<Choice>>,
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
    asked: StoredValue<u32>,
}

/// The field, and the list under it.
#[island]
pub fn SearchBox(
    /// Where everything is mounted.
    base: String,
    /// What is looked for on the page.
    sought: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let state = Combo {
        base: StoredValue::new(base.clone()),
        typed: RwSignal::new(String::new()),
        choices: RwSignal::new(Vec::new()),
        open: RwSignal::new(false),
        active: RwSignal::new(None),
        asked: StoredValue::new(0),
    };
    let awake = RwSignal::new(false);
    Effect::new(move |_| {
        awake.set(true);
        // Another page: what was looked for is over. The listener lives as long as the document.
        let _ = window_event_listener(ev::Custom::<Event>::new(VISITED), move |_| {
            if let Some(field) = field.get_untracked().filter(|field| !is_focused(field)) {
                field.set_value(&sought_here());
                state.open.set(false);
            }
        });
    });
    let pressed = move |event: KeyboardEvent| {
        if let Some(to) = state.press(&event) {
            visit::go(&to);
        }
    };
    view! {
        <form method="get" action=format!("{base}/search") role="search" aria-label=words::EVERYTHING>
            <Icon name="search"/>
            <input
                type="search"
                name="q"
                node_ref=field
                role=move || awake.get().then_some("combobox")
                aria-label=words::SEARCH_EVERYTHING
                aria-autocomplete=move || awake.get().then_some("list")
                aria-expanded=move || awake.get().then(|| state.shown().to_string())
                aria-controls=move || state.shown().then_some("search-list")
                aria-activedescendant=move || state.active.get().filter(|_| state.shown()).map(option_id)
                placeholder=words::PLACEHOLDER
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                value=sought
                on:input=move |event| state.type_in(event_target_value(&event))
                on:keydown=pressed
                on:blur=move |_| state.open.set(false)
            />
            <kbd data-needs-scripts aria-hidden="true">"/"</kbd>
            <ChoiceList state/>
        </form>
    }
}

fn is_focused(field: &web_sys::HtmlInputElement) -> bool {
    document().active_element().is_some_and(|active| active.is_same_node(Some(field)))
}

/// What the address looks for.
fn sought_here() -> String {
    let query = window().location().search().unwrap_or_default();
    UrlSearchParams::new_with_str(&query).ok().and_then(|query| query.get("q")).unwrap_or_default()
}

#[component]
fn ChoiceList(state: Combo) -> impl IntoView {
    let said = move || match (state.shown(), state.choices.with(Vec::len)) {
        (false, _) => String::new(),
        // The last line leads to all results.
        (true, 0 | 1) => words::NOTHING_SO_FAR.into(),
        (true, n) => words::results(n - 1),
    };
    let list = move || {
        state.shown().then(|| {
            let choices = state.choices.get();
            let mut groups: Vec<(&'static str, Vec<(usize, Choice)>)> = Vec::new();
            for (n, choice) in choices.into_iter().enumerate() {
                match groups.last_mut().filter(|(name, _)| *name == choice.group) {
                    Some((_, members)) => members.push((n, choice)),
                    None => groups.push((choice.group, vec![(n, choice)])),
                }
            }
            view! {
                <div class="search-list" id="search-list" role="listbox" aria-label=words::RESULTS>
                    {groups.into_iter().map(|(name, members)| group(state, name, members)).collect_view()}
                </div>
            }
        })
    };
    view! {
        {list}
        <span class="unseen" role="status">{said}</span>
    }
}

fn group(state: Combo, name: &'static str, members: Vec<(usize, Choice)>) -> impl IntoView {
    view! {
        <div role="group" aria-label=name>
            <span class="search-group" aria-hidden="true">{name}</span>
            {members.into_iter().map(|(n, choice)| view! { <ChoiceLine state n choice/> }).collect_view()}
        </div>
    }
}

#[component]
fn ChoiceLine(state: Combo, n: usize, choice: Choice) -> impl IntoView {
    let to = choice.to.clone();
    let go = move |_| visit::go(&to);
    view! {
        <div
            role="option"
            id=option_id(n)
            class="search-choice"
            aria-selected=move || (state.active.get() == Some(n)).to_string()
            // The field keeps the focus while the pointer chooses.
            on:mousedown=|event| event.prevent_default()
            on:click=go
        >
            <span class="row">
                <span class="number">{choice.title}</span>
                {choice.status.map(|status| view! { <StatusBadge status/> })}
            </span>
            {match choice.excerpt {
                Some(excerpt) => view! { <ExcerptLine excerpt/> }.into_any(),
                None => view! { <span class="excerpt">{choice.second}</span> }.into_any(),
            }}
        </div>
    }
}

fn option_id(n: usize) -> String {
    format!("search-choice-{n}")
}

impl Combo {
    fn shown(self) -> bool {
        self.open.get() && self.choices.with(|choices| !choices.is_empty())
    }

    fn type_in(self, text: String) {
        let mine = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        self.active.set(None);
        self.typed.set(text.clone());
        if text.trim().chars().count() < 2 {
            self.open.set(false);
            return;
        }
        set_timeout(
            move || {
                if self.asked.try_get_value() == mine {
                    leptos::task::spawn_local(self.ask(text, mine));
                }
            },
            PAUSE,
        );
    }

    async fn ask(self, text: String, mine: Option<u32>) {
        let answer = search(text.clone(), true).await;
        // An answer to something typed before is of no use.
        if self.asked.try_get_value() != mine {
            return;
        }
        if let Ok(screen) = answer {
            let base = self.base.try_get_value().unwrap_or_default();
            let _ = self.choices.try_set(choices(&base, &text, screen.item));
            let _ = self.open.try_set(true);
        }
    }

    /// What a key does; an address where it chose one.
    fn press(self, event: &KeyboardEvent) -> Option<String> {
        let count = self.choices.with_untracked(Vec::len);
        let open = self.open.get_untracked() && count > 0;
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if count > 0 => {
                event.prevent_default();
                let next = match (event.key() == "ArrowDown", active.filter(|_| open)) {
                    (true, Some(n)) => (n + 1 < count).then_some(n + 1),
                    (true, None) => Some(0),
                    (false, Some(n)) => n.checked_sub(1),
                    (false, None) => Some(count - 1),
                };
                self.open.set(true);
                self.active.set(next);
                None
            }
            "Enter" if open => {
                let to = self.choices.with_untracked(|choices| Some(choices.get(active?)?.to.clone()))?;
                event.prevent_default();
                self.open.set(false);
                Some(to)
            }
            "Escape" if open => {
                event.prevent_default();
                self.open.set(false);
                self.active.set(None);
                None
            }
            _ => None,
        }
    }
}

fn choices(base: &str, q: &str, found: Found) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for hit in found.parcels {
        let parcel = hit.parcel;
        choices.push(Choice {
            group: words::PARCELS,
            to: format!("{base}/parcels/{}", parcel.id),
            title: parcel.number,
            status: Some(parcel.status),
            excerpt: hit.excerpt.filter(|excerpt| excerpt.label != "Number"),
            second: parcel.carrier.label().to_owned(),
        });
    }
    for shipment in found.shipments {
        choices.push(Choice {
            group: words::SHIPMENTS,
            to: format!("{base}/shipments/{}", shipment.id),
            title: shipment.number,
            status: None,
            excerpt: None,
            second: shipment.summary,
        });
    }
    for delivery in found.deliveries {
        choices.push(Choice {
            group: words::DELIVERIES,
            to: format!("{base}/deliveries/{}", delivery.id),
            title: delivery.received_at.to_utc().format("%-d %b %Y %H:%M:%S UTC").to_string(),
            status: None,
            excerpt: None,
            second: format!("{} · {}", delivery.endpoint_label, delivery.outcome.label()),
        });
    }
    choices.push(Choice {
        group: words::EVERYTHING,
        to: query_of(&format!("{base}/search"), &[("q", q.to_owned())]),
        title: words::ALL_RESULTS.into(),
        status: None,
        excerpt: None,
        second: words::sought(q),
    });
    choices
}
