//! Trust: what a 200 promises and what it does not, with the figures of this instance.

use crate::api::trust::show_trust;
use crate::components::asked::Asked;
use crate::components::card::{Card, Fact};
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::time::Moment;
use crate::tracking::time::Timestamp;
use crate::tracking::trust::{CommitTimes, Safety, TrustSheet};
use crate::words::trust as words;
use leptos::prelude::*;

/// `/trust`.
#[component]
pub fn TrustPage() -> impl IntoView {
    view! {
        <PageHead title=words::TITLE lead=words::LEAD/>
        <Asked answer=show_trust() live="deliveries" children={|sheet: TrustSheet| view! { <Figures sheet/> }}/>
        <div class="halves">
            <Card title=words::PROMISED><Sentences of=&words::PROMISES/></Card>
            <Card title=words::NOT_PROMISED><Sentences of=&words::NOT_PROMISES/></Card>
        </div>
        <p class="muted small">{words::MORE}</p>
    }
}

#[component]
fn Sentences(of: &'static [&'static str]) -> impl IntoView {
    view! { <ul class="sentences">{of.iter().map(|sentence| view! { <li>{*sentence}</li> }).collect_view()}</ul> }
}

#[component]
fn Figures(sheet: TrustSheet) -> impl IntoView {
    let size = words::bytes(sheet.database_bytes);
    let schedule = words::schedule(sheet.backup_every_hours, sheet.backup_keep);
    view! {
        <Alarms safety=sheet.safety.clone()/>
        <div class="halves">
            <Commits times=sheet.commits/>
            <Backups safety=sheet.safety.clone() schedule/>
            <Database safety=sheet.safety size deliveries=sheet.deliveries/>
            <Refused counts=sheet.refused/>
        </div>
    }
}

/// What is wrong, above everything else.
#[component]
fn Alarms(safety: Safety) -> impl IntoView {
    let faults = safety.check.map(|check| check.faults).unwrap_or_default();
    view! {
        {(!faults.is_empty()).then(|| view! {
            <Notice tone="red" icon="triangle"><strong>{words::DAMAGED}</strong>{faults.join("; ")}</Notice>
        })}
        {safety.backup_failed.map(|failed| view! {
            <Notice tone="red" icon="triangle"><strong>{words::BACKUP_FAILED}</strong>{failed.why}" "<Moment at=failed.at/></Notice>
        })}
    }
}

#[component]
fn Commits(times: Option<CommitTimes>) -> impl IntoView {
    let figures = match times {
        None => view! { <p class="muted">{words::NONE_MEASURED}</p> }.into_any(),
        Some(times) => view! {
            <dl class="facts">
                <Fact name=words::HALF value=words::ms(times.p50_ms)/>
                <Fact name=words::MOST value=words::ms(times.p99_ms)/>
            </dl>
            <p class="muted small">{words::measured(times.measured)}</p>
        }
        .into_any(),
    };
    view! { <Card title=words::COMMITS>{figures}</Card> }
}

/// A fact that is a moment, or words where there is none.
#[component]
fn When(name: &'static str, at: Option<Timestamp>, otherwise: &'static str) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{match at {
            Some(at) => view! { <Moment at/> }.into_any(),
            None => otherwise.into_any(),
        }}</dd>
    }
}

#[component]
fn Backups(safety: Safety, schedule: String) -> impl IntoView {
    let made = safety.backup;
    view! {
        <Card title=words::BACKUPS>
            <dl class="facts">
                <When name=words::LAST_BACKUP at=made.as_ref().map(|made| made.at) otherwise=words::NO_BACKUP/>
                <Fact name=words::CHECKED value=made.as_ref().map(|made| words::restored(made.deliveries))/>
                <Fact name=words::SIZE value=made.as_ref().map(|made| words::bytes(made.bytes))/>
                <Fact name=words::SCHEDULE value=schedule/>
            </dl>
        </Card>
    }
}

#[component]
fn Database(safety: Safety, size: String, deliveries: u64) -> impl IntoView {
    let check = safety.check;
    let found = check.as_ref().map(|check| match (check.faults.is_empty(), check.unfinished) {
        (true, 0) => words::NO_DAMAGE.to_owned(),
        (true, tables) => words::unfinished(tables),
        (false, _) => check.faults.join("; "),
    });
    view! {
        <Card title=words::DATABASE>
            <dl class="facts">
                <Fact name=words::SIZE value=size/>
                <Fact name=words::DELIVERIES_KEPT value=deliveries.to_string()/>
                <When name=words::LAST_CHECK at=check.map(|check| check.at) otherwise=words::NOT_CHECKED/>
                <Fact name=words::FOUND value=found/>
            </dl>
        </Card>
    }
}

#[component]
fn Refused(counts: Vec<(String, u64)>) -> impl IntoView {
    let none = counts.is_empty();
    let lines = counts.into_iter().map(|(name, count)| {
        view! { <Fact name=words::refused(&name).to_owned() value=count.to_string()/> }
    });
    view! {
        <Card title=words::REFUSED>
            {none.then(|| view! { <p class="muted">{words::NOTHING_REFUSED}</p> })}
            <dl class="facts">{lines.collect_view()}</dl>
            <p class="muted small">{words::REFUSED_LEAD}</p>
        </Card>
    }
}
