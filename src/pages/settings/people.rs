//! People who sign in: add, role, password, disable.

use crate::api::people::{AddUser, ResetFactor, ResetUserPassword, SetUserDisabled, SetUserRole};
use crate::components::form::{ActForm, ActNotice};
use crate::components::time::Moment;
use crate::tracking::people::{Role, User};
use crate::words::{common, settings as words};
use leptos::prelude::*;

/// Everybody. What an admin does to themselves is left out where it would lock them out.
#[component]
pub(super) fn People(users: Vec<User>, me: String, factors: Vec<String>) -> impl IntoView {
    let add = ServerAction::<AddUser>::new();
    let acts = Acts {
        role: ServerAction::new(),
        reset: ServerAction::new(),
        factor: ServerAction::new(),
        disable: ServerAction::new(),
    };
    view! {
        <section class="card" id="people" aria-labelledby="people-title" data-flush>
            <header><h2 id="people-title">{words::PEOPLE}</h2></header>
            <div class="card-body">
                <ActForm action=add class="filter-bar card-note">
                    <label>{words::USER_NAME}<input class="control" name="name" required maxlength="64" autocomplete="off"/></label>
                    <label>{words::PASSWORD}<input class="control" type="password" name="password" required minlength="8" autocomplete="new-password"/></label>
                    <label>{words::ROLE}<select class="control" name="role"><Roles at_present=Role::Viewer/></select></label>
                    <div class="filter-actions"><button class="button">{words::ADD}</button></div>
                </ActForm>
                <p class="muted small card-note">
                    {words::PEOPLE_HELP}
                </p>
                <ActNotice action=add/><ActNotice action=acts.role/><ActNotice action=acts.reset/><ActNotice action=acts.factor/><ActNotice action=acts.disable/>
                <div class="table-box"><table class="table" data-cards>
                    <thead><tr><th scope="col">{words::USER_NAME}</th><th scope="col">{words::ROLE}</th><th scope="col">{words::LAST_SIGNED_IN}</th>
                        <th scope="col">{words::PASSWORD}</th><th scope="col"><span class="unseen">{words::ACCESS}</span></th></tr></thead>
                    <tbody>{users.into_iter().map(|user| {
                        let mine = user.name == me;
                        let factor = factors.contains(&user.name);
                        view! { <Row user mine factor acts/> }
                    }).collect_view()}</tbody>
                </table></div>
            </div>
        </section>
    }
}

/// What may be done to somebody.
#[derive(Clone, Copy)]
struct Acts {
    role: ServerAction<SetUserRole>,
    reset: ServerAction<ResetUserPassword>,
    factor: ServerAction<ResetFactor>,
    disable: ServerAction<SetUserDisabled>,
}

#[component]
fn Row(user: User, mine: bool, factor: bool, acts: Acts) -> impl IntoView {
    let name = user.name;
    let lost = name.clone();
    let (named, reset) = (name.clone(), name.clone());
    view! {
        <tr class:dim=user.disabled>
            <td data-half="start"><strong>{name.clone()}</strong>
                {mine.then(|| view! { " "<span class="chip" data-tone="green">{words::YOU}</span> })}
                {factor.then(|| view! { " "<span class="chip">{words::FACTOR}</span> })}
                {user.disabled.then(|| view! { " "<span class="chip">{words::DISABLED}</span> })}
            </td>
            <td>
                <ActForm action=acts.role class="row">
                    <input type="hidden" name="name" value=named.clone()/>
                    <select class="control" data-fit name="role" aria-label=words::role_of(&named)><Roles at_present=user.role/></select>
                    <button class="button" data-kind="quiet">{words::SET}<span class="unseen">{words::SET_ROLE_OF}{named.clone()}</span></button>
                </ActForm>
            </td>
            <td data-label=words::LAST_SIGNED_IN>{match user.last_login_at {
                Some(at) => view! { <Moment at/> }.into_any(),
                None => view! { <span class="muted">{common::NEVER}</span> }.into_any(),
            }}</td>
            <td>{(!mine).then(move || view! {
                <details class="fold">
                    <summary>{words::SET_NEW}<span class="unseen">{words::FOR}{reset.clone()}</span></summary>
                    <ActForm action=acts.reset class="row">
                        <input type="hidden" name="name" value=reset.clone()/>
                        <input
                            class="control" data-fit type="password" name="password" required minlength="8" autocomplete="new-password"
                            aria-label=words::new_password_of(&reset)
                        />
                        <button class="button">{words::SET_AND_SIGN_OUT}</button>
                    </ActForm>
                    {factor.then(|| view! { <ActForm action=acts.factor>
                        <input type="hidden" name="name" value=lost/>
                        <button class="button">{words::RESET_FACTOR}</button>
                    </ActForm> })}
                </details>
            })}</td>
            <td data-half="end">{(!mine).then(move || view! { <ActForm action=acts.disable>
                <input type="hidden" name="name" value=name.clone()/>
                {(!user.disabled).then(|| view! { <input type="hidden" name="disabled" value="true"/> })}
                <button class="button" data-kind="quiet">
                    {if user.disabled { words::LET_IN } else { words::DISABLE }}<span class="unseen">" "{name.clone()}</span>
                </button>
            </ActForm> })}</td>
        </tr>
    }
}

#[component]
fn Roles(at_present: Role) -> impl IntoView {
    Role::ALL
        .iter()
        .map(|&role| view! { <option value=role.as_str() selected=role == at_present>{role.label()}</option> })
        .collect_view()
}
