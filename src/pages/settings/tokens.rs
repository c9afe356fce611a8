//! API tokens: make, list, revoke.

use crate::api::people::{MakeToken, RevokeToken};
use crate::components::form::{ActForm, ActNotice};
use crate::components::time::Moment;
use crate::tracking::people::{ApiToken, Scope};
use crate::words::{common, settings as words};
use leptos::prelude::*;

/// Tokens of programs; one is shown once, when it is made.
#[component]
pub(super) fn Tokens(tokens: Vec<ApiToken>) -> impl IntoView {
    let make = ServerAction::<MakeToken>::new();
    let revoke = ServerAction::<RevokeToken>::new();
    view! {
        <section class="card" id="tokens" aria-labelledby="tokens-title" data-flush>
            <header><h2 id="tokens-title">{words::TOKENS}</h2></header>
            <div class="card-body">
                <ActForm action=make class="filter-bar card-note">
                    <label>{common::NAME}<input class="control" name="name" required maxlength="80" autocomplete="off"/></label>
                    <label>{words::SCOPE}<select class="control" name="scope">
                        {Scope::ALL.iter().map(|scope| view! { <option value=scope.as_str()>{scope.label()}</option> }).collect_view()}
                    </select></label>
                    <div class="filter-actions"><button class="button">{words::MAKE_TOKEN}</button></div>
                </ActForm>
                <ActNotice action=make/><ActNotice action=revoke/>
                {(!tokens.is_empty()).then(|| view! {
                    <div class="table-box"><table class="table" data-cards>
                        <thead><tr><th scope="col">{common::NAME}</th><th scope="col">{words::SCOPE}</th><th scope="col">{words::MADE}</th>
                            <th scope="col">{words::LAST_USED}</th><th scope="col"><span class="unseen">{words::REVOKE}</span></th></tr></thead>
                        <tbody>{tokens.into_iter().map(|token| view! {
                            <tr class:dim=token.revoked_at.is_some()>
                                <td data-half="start">{token.name.clone()}</td>
                                <td data-label=words::SCOPE>{token.scope.label()}</td>
                                <td data-label=words::MADE><Moment at=token.created_at/></td>
                                <td data-label=words::LAST_USED>{match token.last_used_at {
                                    Some(at) => view! { <Moment at/> }.into_any(),
                                    None => view! { <span class="muted">{common::NEVER}</span> }.into_any(),
                                }}</td>
                                <td data-half="end">{if token.revoked_at.is_some() {
                                    view! { <span class="muted">{words::REVOKED}</span> }.into_any()
                                } else {
                                    view! { <ActForm action=revoke>
                                        <input type="hidden" name="id" value=token.id.to_string()/>
                                        <button class="button" data-kind="quiet">{words::REVOKE}<span class="unseen">" "{token.name}</span></button>
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
