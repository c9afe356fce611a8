//! Settings: preferences, one's own password and sessions, what is kept; for admins people and API tokens.

use crate::api::people::show_settings;
use crate::components::asked::Asked;
use crate::components::card::Card;
use crate::components::copy::CopyButton;
use crate::components::link::path;
use crate::components::live::use_live;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::tracking::people::{Kept, PeopleSheet, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use people::People;
use preferences::PreferencesCard;
use sessions::{PasswordCard, Sessions};
use tokens::Tokens;

mod people;
mod preferences;
mod sessions;
mod tokens;

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("people");
    let settings = Resource::new_blocking(
        move || (query.read().get("shown"), query.read().get("done"), changed.get()),
        |(shown, _, _)| show_settings(shown),
    );
    let said = move || query.read().get("done").and_then(|word| said(&word));
    view! {
        <PageHead title="Settings"/>
        {move || said().map(|(tone, icon, text)| view! { <Notice tone icon>{text}</Notice> })}
        <Asked resource=settings children={|settings: PeopleSheet| view! { <Everything settings/> }}/>
    }
}

fn said(word: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let done = |text| Some(("green", "check", text));
    match word {
        "user" | "preferences" => done("Saved."),
        "reset" => done("The password is set, and they are signed out everywhere. Tell them the new one."),
        "password" => done("Your password is changed. Your other browsers are signed out."),
        "session" => done("The session is ended."),
        "sessions" => done("Your other browsers are signed out."),
        "token" => done("The token is made."),
        "revoked" => done("The token is revoked; it stopped working at once."),
        "zone" => {
            Some(("amber", "clock", "Choose your time zone first: this browser did not say in which one it runs."))
        }
        _ => None,
    }
}

#[component]
fn Everything(settings: PeopleSheet) -> impl IntoView {
    let admin = settings.role == Role::Admin;
    view! {
        {settings.made.map(|token| view! {
            <Notice tone="amber" icon="triangle"><strong>"Copy the token now: it is not shown again."</strong>
                <p class="row"><code data-testid="made-token">{token.clone()}</code><CopyButton text=token what="token"/></p>
            </Notice>
        })}
        <nav class="jumps" aria-label="Sections">
            <a href="#preferences">"Preferences"</a><a href="#password">"Password"</a><a href="#sessions">"Sessions"</a>
            {admin.then(|| view! { <a href="#people">"People"</a><a href="#tokens">"API tokens"</a> })}
            <a href="#kept">"What is kept"</a>
            {admin.then(|| view! { <a href=path("/settings/audit")>"Audit log"</a> })}
            <a href=path("/trust")>{crate::words::trust::TITLE}</a>
        </nav>
        <p>"Signed in as "<strong>{settings.name.clone()}</strong>", "{settings.role.label().to_lowercase()}"."</p>
        <div class="halves">
            <PreferencesCard zones=settings.zones/>
            <PasswordCard/>
        </div>
        <Sessions sessions=settings.sessions admin/>
        {admin.then(|| view! { <People users=settings.users me=settings.name/><Tokens tokens=settings.tokens/> })}
        <div id="kept"><Card title="What is kept, and for how long"><KeptList kept=settings.kept/></Card></div>
        <p class="muted small">"Parcelwire "{settings.version}</p>
    }
}

#[component]
fn KeptList(kept: Vec<Kept>) -> impl IntoView {
    let lines = kept.into_iter().map(|kept| view! { <dt>{kept.what}</dt><dd>{kept.how_long}</dd> });
    view! { <dl class="facts">{lines.collect_view()}</dl> }
}
