//! Settings: one's own password and sessions; for admins people and API tokens.

use crate::api::people::{AddUser, EndSession, MakeToken, RevokeToken, SetUserDisabled, show_settings};
use crate::components::asked::Asked;
use crate::components::copy::CopyButton;
use crate::components::form::{ActForm, ActNotice};
use crate::components::live::use_live;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::time::Moment;
use crate::tracking::people::{ApiToken, PeopleSheet, Role, Scope, SessionInfo, User};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("people");
    let settings = Resource::new_blocking(
        move || (query.read().get("shown"), query.read().get("done"), changed.get()),
        |(shown, _, _)| show_settings(shown),
    );
    view! {
            <PageHead title="Settings"/>
            {move || query.read().get("done").and_then(|word| said(&word)).map(|text| view! { <Notice tone="green" icon="check">{text}</Notice> })}
            <Asked resource=settings children={|settings: PeopleSheet| view! { <Everything settings/> }}/>
    }
}

fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "user" => "Saved.",
        "session" => "The session is ended.",
        "token" => "The token is made.",
        "revoked" => "The token is revoked; it stopped working at once.",
        _ => return None,
    })
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
        <p>"Signed in as "<strong>{settings.name.clone()}</strong>", "{settings.role.label().to_lowercase()}"."</p>
        <Sessions sessions=settings.sessions/>
        {admin.then(|| view! { <Tokens tokens=settings.tokens/><People users=settings.users me=settings.name/> })}
        <p class="muted small">"Parcelwire "{settings.version}</p>
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
                            <td data-label="Last used"><Moment at=session.last_used_at/></td>
                            <td data-half="end"><ActForm action=end>
                                <input type="hidden" name="id" value=session.id.to_string()/>
                                <button class="button" data-kind="quiet">"End"</button>
                            </ActForm></td>
                        </tr>
                    }).collect_view()}</tbody>
                </table></div>
                <ActNotice action=end/>
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
                <ActForm action=make class="filter-bar card-note">
                    <label>"Name"<input class="control" name="name" required maxlength="80" autocomplete="off"/></label>
                    <label>"Scope"<select class="control" name="scope">
                        {Scope::ALL.iter().map(|scope| view! { <option value=scope.as_str()>{scope.label()}</option> }).collect_view()}
                    </select></label>
                    <div class="filter-actions"><button class="button">"Make a token"</button></div>
                </ActForm>
                <ActNotice action=make/><ActNotice action=revoke/>
                {(!tokens.is_empty()).then(|| view! {
                    <div class="table-box"><table class="table" data-cards>
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"Scope"</th><th scope="col">"Made (UTC)"</th>
                            <th scope="col">"Last used (UTC)"</th><th scope="col"><span class="unseen">"Revoke"</span></th></tr></thead>
                        <tbody>{tokens.into_iter().map(|token| view! {
                            <tr class:dim=token.revoked_at.is_some()>
                                <td data-half="start">{token.name.clone()}</td>
                                <td data-label="Scope">{token.scope.label()}</td>
                                <td data-label="Made"><Moment at=token.created_at/></td>
                                <td data-label="Last used">{match token.last_used_at {
                                    Some(at) => view! { <Moment at/> }.into_any(),
                                    None => view! { <span class="muted">"never"</span> }.into_any(),
                                }}</td>
                                <td data-half="end">{if token.revoked_at.is_some() {
                                    view! { <span class="muted">"Revoked"</span> }.into_any()
                                } else {
                                    view! { <ActForm action=revoke>
                                        <input type="hidden" name="id" value=token.id.to_string()/>
                                        <button class="button" data-kind="quiet">"Revoke"<span class="unseen">" "{token.name}</span></button>
                                    </ActForm> }.into_any()
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
                <ActForm action=add class="filter-bar card-note">
                    <label>"User name"<input class="control" name="name" required maxlength="80" autocomplete="off"/></label>
                    <label>"Password"<input class="control" type="password" name="password" required minlength="8" autocomplete="new-password"/></label>
                    <label>"Role"<select class="control" name="role">
                        {Role::ALL.iter().map(|role| view! { <option value=role.as_str()>{role.label()}</option> }).collect_view()}
                    </select></label>
                    <div class="filter-actions"><button class="button">"Add"</button></div>
                </ActForm>
                <ActNotice action=add/><ActNotice action=set/>
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">"User name"</th><th scope="col">"Role"</th><th scope="col">"Last signed in (UTC)"</th>
                        <th scope="col"><span class="unseen">"Access"</span></th></tr></thead>
                    <tbody>{users.into_iter().map(|user| {
                        let mine = user.name == me;
                        view! {
                            <tr class:dim=user.disabled>
                                <td data-half="start"><strong>{user.name.clone()}</strong></td>
                                <td data-label="Role">{user.role.label()}</td>
                                <td data-label="Last signed in">{match user.last_login_at {
                                    Some(at) => view! { <Moment at/> }.into_any(),
                                    None => view! { <span class="muted">"never"</span> }.into_any(),
                                }}</td>
                                <td data-half="end">{(!mine).then(|| view! { <ActForm action=set>
                                    <input type="hidden" name="name" value=user.name.clone()/>
                                    {(!user.disabled).then(|| view! { <input type="hidden" name="disabled" value="true"/> })}
                                    <button class="button" data-kind="quiet">{if user.disabled { "Let in again" } else { "Disable" }}</button>
                                </ActForm> })}</td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
            </div>
        </section>
    }
}
