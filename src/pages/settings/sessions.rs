//! One's own password, and signed-in browsers.

use crate::api::people::{ChangePassword, EndOtherSessions, EndSession};
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::components::time::Moment;
use crate::tracking::people::SessionInfo;
use crate::words::settings as words;
use leptos::prelude::*;

/// The present password, and another.
#[component]
pub(super) fn PasswordCard() -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    view! {
        <section class="card" id="password" aria-labelledby="password-title">
            <header><h2 id="password-title">{words::MY_PASSWORD}</h2></header>
            <div class="card-body">
                <ActForm action=change class="form">
                    <Field name="current" label=words::PRESENT_PASSWORD kind="password" autocomplete="current-password" required=true/>
                    <Field
                        name="password" label=words::NEW_PASSWORD kind="password" autocomplete="new-password" required=true
                        min=Some(8) help=words::NEW_PASSWORD_HELP
                    />
                    <ActNotice action=change/>
                    <div class="form-actions"><button class="button">{words::CHANGE_PASSWORD}</button></div>
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
                <h2 id="sessions-title">{if admin { words::EVERYBODYS_SESSIONS } else { words::MY_SESSIONS }}</h2>
                {more.then(|| view! { <ActForm action=others><button class="button">{words::SIGN_OUT_OTHERS}</button></ActForm> })}
            </header>
            <div class="card-body">
                <ActNotice action=end/><ActNotice action=others/>
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">{words::WHO}</th><th scope="col">{words::BROWSER}</th><th scope="col">{words::FROM}</th>
                        <th scope="col">{words::OPENED}</th><th scope="col">{words::LAST_USED}</th><th scope="col"><span class="unseen">{words::END}</span></th></tr></thead>
                    <tbody>{sessions.into_iter().map(|session| {
                        let whose = words::opened_by(&session.user, session.created_at);
                        view! {
                            <tr>
                                <td data-half="start">{session.user}{session.current.then(|| view! { " "<span class="chip" data-tone="green">{words::THIS_ONE}</span> })}</td>
                                <td><span class="clip">{session.user_agent}</span></td>
                                <td class="mono" data-label=words::FROM>{session.remote_addr}</td>
                                <td data-label=words::OPENED><Moment at=session.created_at/></td>
                                <td data-label=words::LAST_USED><Moment at=session.last_used_at/></td>
                                <td data-half="end"><ActForm action=end>
                                    <input type="hidden" name="id" value=session.id.to_string()/>
                                    <button class="button" data-kind="quiet">{words::END}<span class="unseen">{whose}</span></button>
                                </ActForm></td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
            </div>
        </section>
    }
}
