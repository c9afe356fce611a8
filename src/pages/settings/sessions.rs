//! One's own password, and signed-in browsers.

use crate::api::people::{ChangePassword, EndOtherSessions, EndSession};
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::components::time::Moment;
use crate::tracking::people::SessionInfo;
use leptos::prelude::*;

/// The present password, and another.
#[component]
pub(super) fn PasswordCard() -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    view! {
        <section class="card" id="password" aria-labelledby="password-title">
            <header><h2 id="password-title">"My password"</h2></header>
            <div class="card-body">
                <ActForm action=change class="form">
                    <Field name="current" label="Present password" kind="password" autocomplete="current-password" required=true/>
                    <Field
                        name="password" label="New password" kind="password" autocomplete="new-password" required=true
                        min=Some(8) help="At least 8 characters. Your other browsers are signed out."
                    />
                    <ActNotice action=change/>
                    <div class="form-actions"><button class="button">"Change password"</button></div>
                </ActForm>
            </div>
        </section>
    }
}

/// Signed-in browsers: one's own; for admins everybody's.
#[component]
pub(super) fn Sessions(sessions: Vec<SessionInfo>, admin: bool) -> impl IntoView {
    let end = ServerAction::<EndSession>::new();
    let others = ServerAction::<EndOtherSessions>::new();
    let me = sessions.iter().find(|session| session.current).map(|session| session.user.clone());
    let more = sessions.iter().any(|session| !session.current && Some(&session.user) == me.as_ref());
    view! {
        <section class="card" id="sessions" aria-labelledby="sessions-title" data-flush>
            <header>
                <h2 id="sessions-title">{if admin { "Everybody's sessions" } else { "My sessions" }}</h2>
                {more.then(|| view! { <ActForm action=others><button class="button">"Sign out my other browsers"</button></ActForm> })}
            </header>
            <div class="card-body">
                <ActNotice action=end/><ActNotice action=others/>
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">"Who"</th><th scope="col">"Browser"</th><th scope="col">"From"</th>
                        <th scope="col">"Opened"</th><th scope="col">"Last used"</th><th scope="col"><span class="unseen">"End"</span></th></tr></thead>
                    <tbody>{sessions.into_iter().map(|session| {
                        let whose = format!(" of {}, opened {}", session.user, session.created_at);
                        view! {
                            <tr>
                                <td data-half="start">{session.user}{session.current.then(|| view! { " "<span class="chip" data-tone="green">"This one"</span> })}</td>
                                <td><span class="clip">{session.user_agent}</span></td>
                                <td class="mono" data-label="From">{session.remote_addr}</td>
                                <td data-label="Opened"><Moment at=session.created_at/></td>
                                <td data-label="Last used"><Moment at=session.last_used_at/></td>
                                <td data-half="end"><ActForm action=end>
                                    <input type="hidden" name="id" value=session.id.to_string()/>
                                    <button class="button" data-kind="quiet">"End"<span class="unseen">{whose}</span></button>
                                </ActForm></td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
            </div>
        </section>
    }
}
