//! Settings: one's own password and sessions; for admins people and API tokens.

use super::delivery::{ActionFault, fault};
use crate::api::people::{
    AddUser, ChangePassword, EndSession, MakeToken, RevokeToken, SetUserDisabled, Settings, load_settings,
};
use crate::components::copy_button::CopyButton;
use crate::components::frame::PageHead;
use crate::components::live::use_live;
use crate::components::notice::Notice;
use crate::components::state::{ErrorState, Skeleton};
use crate::components::time::UtcTime;
use crate::tracking::people::{ApiToken, Role, Scope, SessionInfo, User};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("people");
    let settings = Resource::new(
        move || (query.read().get("shown"), query.read().get("done"), changed.get()),
        |(shown, _, _)| load_settings(shown),
    );
    view! {
        <div class="page">
            <PageHead title="Settings".to_owned()><span></span></PageHead>
            {move || query.read().get("done").and_then(|word| said(&word)).map(|text| view! { <Notice tone="green">{text}</Notice> })}
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match settings.await {
                        Ok(settings) => view! { <Everything settings/> }.into_any(),
                        Err(error) => view! { <ErrorState error=error.to_string()/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "user" => "Saved.",
        "password" => "Your password is changed. Your other sessions are signed out.",
        "session" => "The session is ended.",
        "token" => "The token is made.",
        "revoked" => "The token is revoked; it stopped working at once.",
        _ => return None,
    })
}

#[component]
fn Everything(settings: Settings) -> impl IntoView {
    let admin = settings.role == Role::Admin;
    view! {
        {settings.made.map(|token| view! {
            <Notice tone="amber"><strong>"Copy the token now: it is not shown again."</strong>
                <p class="row"><code data-testid="made-token">{token.clone()}</code><CopyButton text=token label="Copy the token"/></p>
            </Notice>
        })}
        <Password name=settings.name.clone() role=settings.role/>
        <Sessions sessions=settings.sessions/>
        {admin.then(|| view! { <Tokens tokens=settings.tokens/><People users=settings.users me=settings.name/> })}
        <p class="muted small">"Parcelwire "{settings.version}</p>
    }
}

#[component]
fn Password(name: String, role: Role) -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    view! {
        <section class="card" aria-labelledby="you-title">
            <header><h2 id="you-title">"You"</h2></header>
            <div class="card-body stack">
                <p>"Signed in as "<strong>{name}</strong>", "{role.label().to_lowercase()}"."</p>
                <details><summary>"Change password"</summary>
                    <ActionForm action=change attr:class="form">
                        <div class="field"><label for="current">"Current password"</label>
                            <input class="control" type="password" id="current" name="current" required autocomplete="current-password"/></div>
                        <div class="field"><label for="new_password">"New password"</label>
                            <input class="control" type="password" id="new_password" name="new_password" required minlength="12" autocomplete="new-password"/>
                            <p class="field-help">"At least 12 characters."</p></div>
                        <div class="form-actions"><button class="button" data-kind="primary">"Change password"</button></div>
                    </ActionForm>
                    <ActionFault message=Signal::derive(move || fault(change.value().get()))/>
                </details>
            </div>
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<SessionInfo>) -> impl IntoView {
    let end = ServerAction::<EndSession>::new();
    view! {
        <section class="card" aria-labelledby="sessions-title" data-flush>
            <header><h2 id="sessions-title">"Sessions"</h2></header>
            <div class="card-body">
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">"Who"</th><th scope="col">"Browser"</th><th scope="col">"From"</th>
                        <th scope="col">"Last used (UTC)"</th><th scope="col"><span class="unseen">"End"</span></th></tr></thead>
                    <tbody>{sessions.into_iter().map(|session| view! {
                        <tr>
                            <td data-half="start">{session.user}{session.current.then(|| view! { " "<span class="chip" data-tone="green">"This one"</span> })}</td>
                            <td><span class="clip">{session.user_agent}</span></td>
                            <td class="mono" data-label="From">{session.remote_addr}</td>
                            <td data-label="Last used"><UtcTime at=session.last_used_at/></td>
                            <td data-half="end"><ActionForm action=end>
                                <input type="hidden" name="id" value=session.id.to_string()/>
                                <button class="button" data-kind="quiet">"End"</button>
                            </ActionForm></td>
                        </tr>
                    }).collect_view()}</tbody>
                </table></div>
                <ActionFault message=Signal::derive(move || fault(end.value().get()))/>
            </div>
        </section>
    }
}

#[component]
fn Tokens(tokens: Vec<ApiToken>) -> impl IntoView {
    let make = ServerAction::<MakeToken>::new();
    let revoke = ServerAction::<RevokeToken>::new();
    view! {
        <section class="card" id="tokens" aria-labelledby="tokens-title" data-flush>
            <header><h2 id="tokens-title">"API tokens"</h2></header>
            <div class="card-body">
                <ActionForm action=make attr:class="filter-bar card-note">
                    <label>"Name"<input class="control" name="name" required maxlength="80" autocomplete="off"/></label>
                    <label>"Scope"<select class="control" name="scope">
                        {Scope::ALL.iter().map(|scope| view! { <option value=scope.as_str()>{scope.label()}</option> }).collect_view()}
                    </select></label>
                    <div class="filter-actions"><button class="button">"Make a token"</button></div>
                </ActionForm>
                <ActionFault message=Signal::derive(move || fault(make.value().get()).or_else(|| fault(revoke.value().get())))/>
                {(!tokens.is_empty()).then(|| view! {
                    <div class="table-box"><table class="table" data-cards>
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"Scope"</th><th scope="col">"Made (UTC)"</th>
                            <th scope="col">"Last used (UTC)"</th><th scope="col"><span class="unseen">"Revoke"</span></th></tr></thead>
                        <tbody>{tokens.into_iter().map(|token| view! {
                            <tr class:dim=token.revoked_at.is_some()>
                                <td data-half="start">{token.name.clone()}</td>
                                <td data-label="Scope">{token.scope.label()}</td>
                                <td data-label="Made"><UtcTime at=token.created_at/></td>
                                <td data-label="Last used">{match token.last_used_at {
                                    Some(at) => view! { <UtcTime at/> }.into_any(),
                                    None => view! { <span class="muted">"never"</span> }.into_any(),
                                }}</td>
                                <td data-half="end">{if token.revoked_at.is_some() {
                                    view! { <span class="muted">"Revoked"</span> }.into_any()
                                } else {
                                    view! { <ActionForm action=revoke>
                                        <input type="hidden" name="id" value=token.id.to_string()/>
                                        <button class="button" data-kind="quiet">"Revoke"<span class="unseen">" "{token.name}</span></button>
                                    </ActionForm> }.into_any()
                                }}</td>
                            </tr>
                        }).collect_view()}</tbody>
                    </table></div>
                })}
            </div>
        </section>
    }
}

#[component]
fn People(users: Vec<User>, me: String) -> impl IntoView {
    let add = ServerAction::<AddUser>::new();
    let set = ServerAction::<SetUserDisabled>::new();
    view! {
        <section class="card" aria-labelledby="people-title" data-flush>
            <header><h2 id="people-title">"People"</h2></header>
            <div class="card-body">
                <ActionForm action=add attr:class="filter-bar card-note">
                    <label>"User name"<input class="control" name="name" required maxlength="80" autocomplete="off"/></label>
                    <label>"Password"<input class="control" type="password" name="password" required minlength="12" autocomplete="new-password"/></label>
                    <label>"Role"<select class="control" name="role">
                        {Role::ALL.iter().map(|role| view! { <option value=role.as_str()>{role.label()}</option> }).collect_view()}
                    </select></label>
                    <div class="filter-actions"><button class="button">"Add"</button></div>
                </ActionForm>
                <ActionFault message=Signal::derive(move || fault(add.value().get()).or_else(|| fault(set.value().get())))/>
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">"User name"</th><th scope="col">"Role"</th><th scope="col">"Last signed in (UTC)"</th>
                        <th scope="col"><span class="unseen">"Access"</span></th></tr></thead>
                    <tbody>{users.into_iter().map(|user| {
                        let mine = user.name == me;
                        view! {
                            <tr class:dim=user.disabled>
                                <td data-half="start"><strong>{user.name}</strong></td>
                                <td data-label="Role">{user.role.label()}</td>
                                <td data-label="Last signed in">{match user.last_login_at {
                                    Some(at) => view! { <UtcTime at/> }.into_any(),
                                    None => view! { <span class="muted">"never"</span> }.into_any(),
                                }}</td>
                                <td data-half="end">{(!mine).then(|| view! { <ActionForm action=set>
                                    <input type="hidden" name="id" value=user.id.to_string()/>
                                    {(!user.disabled).then(|| view! { <input type="hidden" name="disabled" value="true"/> })}
                                    <button class="button" data-kind="quiet">{if user.disabled { "Let in again" } else { "Disable" }}</button>
                                </ActionForm> })}</td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
            </div>
        </section>
    }
}
