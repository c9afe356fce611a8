//! Settings: preferences, one's own password and sessions, what is kept; for admins people and API tokens.

use crate::api::people::show_settings;
use crate::components::asked::Asked;
use crate::components::card::Card;
use crate::components::copy::CopyButton;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::tracking::people::{Kept, PeopleSheet, Role};
use crate::words::{common, frame, settings as words, trust};
use factor::{FactorCard, RecoveryCodes};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use people::People;
use preferences::PreferencesCard;
use retention::RetentionPart;
use sessions::{PasswordCard, Sessions};
use tokens::Tokens;

mod factor;
mod people;
mod preferences;
mod retention;
mod sessions;
mod tokens;

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let said = query.get("done").and_then(|word| said(&word));
    view! {
        <PageHead title=frame::SETTINGS/>
        {said.map(|(tone, icon, text)| view! { <Notice tone icon>{text}</Notice> })}
        <Asked answer=show_settings(query.get("shown")) live="people" children={|settings: PeopleSheet| view! { <Everything settings/> }}/>
    }
}

fn said(word: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let done = |text| Some(("green", "check", text));
    match word {
        "user" | "preferences" => done(common::SAVED),
        "reset" => done(words::PASSWORD_RESET),
        "password" => done(words::PASSWORD_CHANGED),
        "factor-on" => done(words::FACTOR_IS_ON),
        "factor-off" => done(words::FACTOR_IS_OFF),
        "factor-reset" => done(words::FACTOR_IS_RESET),
        "session" => done(words::SESSION_ENDED),
        "sessions" => done(words::OTHERS_SIGNED_OUT),
        "token" => done(words::TOKEN_MADE),
        "revoked" => done(words::TOKEN_REVOKED),
        "zone" => Some(("amber", "clock", words::CHOOSE_ZONE_FIRST)),
        _ => None,
    }
}

#[component]
fn Everything(settings: PeopleSheet) -> impl IntoView {
    let admin = settings.role == Role::Admin;
    view! {
        {settings.made.map(|token| view! {
            <Notice tone="amber" icon="triangle"><strong>{common::COPY_NOW}</strong>
                <p class="row"><code data-testid="made-token">{token.clone()}</code><CopyButton text=token what=words::TOKEN_NOUN/></p>
            </Notice>
        })}
        {(!settings.codes.is_empty()).then(|| view! { <RecoveryCodes codes=settings.codes/> })}
        <nav class="jumps" aria-label=words::SECTIONS>
            <a href="#preferences">{words::PREFERENCES}</a><a href="#password">{words::PASSWORD}</a><a href="#factor">{words::FACTOR}</a><a href="#sessions">{words::SESSIONS}</a>
            {admin.then(|| view! { <a href="#people">{words::PEOPLE}</a><a href="#tokens">{words::TOKENS}</a> })}
            <a href="#kept">{words::KEPT}</a>
            {admin.then(|| view! { <a href=path("/settings/audit")>{frame::AUDIT_LOG}</a> })}
            <a href=path("/trust")>{trust::TITLE}</a>
        </nav>
        <p>{words::SIGNED_IN_AS}<strong>{settings.name.clone()}</strong>", "{settings.role.label().to_lowercase()}"."</p>
        <div class="halves">
            <PreferencesCard zones=settings.zones/>
            <div class="stack">
                <PasswordCard/>
                <FactorCard factor=settings.factor/>
            </div>
        </div>
        <Sessions sessions=settings.sessions admin/>
        {admin.then(|| view! { <People users=settings.users me=settings.name factors=settings.factors/><Tokens tokens=settings.tokens/> })}
        <div id="kept"><Card title=words::KEPT_TITLE>
            <div class="stack">
                <RetentionPart sheet=settings.retention admin/>
                <KeptList kept=settings.kept/>
            </div>
        </Card></div>
        <p class="muted small">{common::PRODUCT}" "{settings.version}</p>
    }
}

#[component]
fn KeptList(kept: Vec<Kept>) -> impl IntoView {
    let lines = kept.into_iter().map(|kept| view! { <dt>{kept.what}</dt><dd>{kept.how_long}</dd> });
    view! { <dl class="facts">{lines.collect_view()}</dl> }
}
