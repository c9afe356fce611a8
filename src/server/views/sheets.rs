//! The pages of one parcel and of one shipment, and the notes that wait for a number.

use super::zones::Gathered;
use super::{Views, fault, gather_parcel};
use crate::server::store::StoreError;
use crate::tracking::event::Event;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::{Parcel, ShipmentSummary};
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::sheet::{EventExtra, ParcelSheet, ShipmentSheet, WaitingNote};
use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;
use crate::tracking::view::TimelineLines;
use crate::words::common;
use uuid::Uuid;

/// Events on one page of a timeline.
const EVENTS: u32 = 200;

/// Events of each parcel in the merged timeline of an order.
const EVENTS_EACH: u32 = 50;

impl Views {
    /// Everything on a parcel's page. Its timeline goes on after `cursor`, or begins with the event `at`.
    pub async fn parcel_sheet(
        &self,
        id: Uuid,
        cursor: Option<String>,
        at: Option<Uuid>,
        only: Option<TimelineLines>,
    ) -> Result<Screen<ParcelSheet>, Fault> {
        let now = self.clock.now();
        let sheet = self.sheet(id, cursor, at, only, now).await.map_err(|error| fault("showing a parcel", &error))?;
        let item = sheet.ok_or_else(|| Fault::NotFound(common::NO_PARCEL.into()))?;
        let mut gathered = Gathered::at(now);
        gather_parcel(&mut gathered, &item.parcel);
        item.pieces.iter().for_each(|piece| gather_parcel(&mut gathered, piece));
        let events = item.events.items.iter().chain(&item.head).chain(&item.proofs);
        events.for_each(|event| gather_event(&mut gathered, event));
        item.extras.iter().for_each(|extra| gather_extra(&mut gathered, extra));
        Ok(Screen { now, zones: gathered.cut(), item })
    }

    async fn sheet(
        &self,
        id: Uuid,
        cursor: Option<String>,
        at: Option<Uuid>,
        only: Option<TimelineLines>,
        now: Timestamp,
    ) -> Result<Option<ParcelSheet>, StoreError> {
        let Some(parcel) = self.store.find_parcel(id, now).await? else { return Ok(None) };
        let cursor = match (cursor, at) {
            (None, Some(event)) => self.store.timeline_cursor_at(event).await?,
            (cursor, _) => cursor,
        };
        let events = self.store.parcel_events(id, only, &PageRequest { limit: EVENTS, cursor }).await?;
        let extras = self.store.event_extras(&ids_of(&events.items)).await?;
        let head = match parcel.head_event {
            Some(head) => self.store.find_event(head).await?,
            None => None,
        };
        let proofs = self.store.proof_events(id).await?;
        let pieces = match &parcel.shipment {
            Some(shipment) => self.store.shipment_parcels(shipment.id, now).await?,
            None => Vec::new(),
        };
        let order = self.store.order_of(id).await?;
        let rough = self.store.rough_times(id).await?;
        Ok(Some(ParcelSheet { parcel, events, extras, head, proofs, pieces, order, rough }))
    }

    /// Everything on a shipment's page: the pieces of one job, or the parcels of one order.
    pub async fn shipment_sheet(&self, id: Uuid, cursor: Option<String>) -> Result<Screen<ShipmentSheet>, Fault> {
        let now = self.clock.now();
        let sheet = self.shipment(id, cursor, now).await.map_err(|error| fault("showing a shipment", &error))?;
        let item = sheet.ok_or_else(|| Fault::NotFound(common::NO_SHIPMENT.into()))?;
        let mut gathered = Gathered::at(now);
        item.parcels.iter().for_each(|parcel| gather_parcel(&mut gathered, parcel));
        item.events.items.iter().for_each(|event| gather_event(&mut gathered, event));
        item.extras.iter().for_each(|extra| gather_extra(&mut gathered, extra));
        Ok(Screen { now, zones: gathered.cut(), item })
    }

    async fn shipment(
        &self,
        id: Uuid,
        cursor: Option<String>,
        now: Timestamp,
    ) -> Result<Option<ShipmentSheet>, StoreError> {
        let Some(summary) = self.store.find_shipment(id).await? else { return Ok(None) };
        let parcels = self.store.shipment_parcels(id, now).await?;
        if let [only] = parcels.as_slice()
            && only.shipment.is_none()
            && let Some(order) = self.store.order_of(only.id).await?
        {
            return self.order(summary, order.number, only, &order.siblings, now).await.map(Some);
        }
        let events = self.store.shipment_events(id, &PageRequest { limit: EVENTS, cursor }).await?;
        let extras = self.store.event_extras(&ids_of(&events.items)).await?;
        Ok(Some(ShipmentSheet { summary, order: None, parcels, events, extras }))
    }

    async fn order(
        &self,
        summary: ShipmentSummary,
        order: String,
        first: &Parcel,
        others: &[crate::tracking::sheet::Sibling],
        now: Timestamp,
    ) -> Result<ShipmentSheet, StoreError> {
        let ids: Vec<Uuid> = std::iter::once(first.id).chain(others.iter().map(|other| other.parcel)).collect();
        let parcels = self.store.parcels_of(&ids, now).await?;
        let mut events = Vec::new();
        for id in ids {
            let page = PageRequest { limit: EVENTS_EACH, cursor: None };
            events.extend(self.store.parcel_events(id, None, &page).await?.items);
        }
        events.sort_by_key(|event| (std::cmp::Reverse(event.effective_at), event.id));
        let extras = self.store.event_extras(&ids_of(&events)).await?;
        let summary = summary_of(summary, &parcels);
        let events = Page { items: events, next_cursor: None };
        Ok(ShipmentSheet { summary, order: Some(order), parcels, events, extras })
    }

    /// Notes that name no number, newest first, each with the numbers it may be about.
    pub async fn waiting_notes(&self, page: &PageRequest) -> Result<Screen<Page<WaitingNote>>, Fault> {
        let now = self.clock.now();
        let found = self.store.waiting_notes(page).await;
        let item = found.map_err(|error| fault("listing the notes that wait", &error))?;
        let mut gathered = Gathered::at(now);
        item.items.iter().for_each(|note| gather_event(&mut gathered, &note.event));
        Ok(Screen { now, zones: gathered.cut(), item })
    }

    /// How many notes wait for a number.
    pub async fn count_waiting_notes(&self) -> Result<u64, Fault> {
        self.store.count_waiting_notes().await.map_err(|error| fault("counting the notes that wait", &error))
    }
}

fn ids_of(events: &[Event]) -> Vec<Uuid> {
    events.iter().map(|event| event.id).collect()
}

/// The roll-up of an order: its parcels stand for pieces.
fn summary_of(own: ShipmentSummary, parcels: &[Parcel]) -> ShipmentSummary {
    let count = |status: Status| parcels.iter().filter(|parcel| parcel.status == status).count();
    let mut statuses: Vec<Status> = Status::ALL.to_vec();
    statuses.sort_by_key(|status| std::cmp::Reverse((*status == Status::Delivered, status.rank())));
    let mut words: Vec<String> = Vec::new();
    for status in statuses {
        match count(status) {
            0 => {}
            n if status == Status::Delivered => words.push(format!("{n} of {} delivered", parcels.len())),
            n => words.push(format!("{n} {}", status.label().to_lowercase())),
        }
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    ShipmentSummary {
        pieces: number(parcels.len()),
        delivered: number(count(Status::Delivered)),
        signed_for: 0,
        summary: words.join(" · "),
        ..own
    }
}

fn gather_event(gathered: &mut Gathered, event: &Event) {
    gathered.zone(event.zone.as_deref().unwrap_or_default());
    gathered.time(event.occurred_at);
    gathered.time(event.effective_at);
    gathered.time(event.received_at);
    gathered.time(event.voided_at);
    event.acts.iter().for_each(|act| gathered.time(act.at));
}

fn gather_extra(gathered: &mut Gathered, extra: &EventExtra) {
    extra.earlier.iter().for_each(|form| gathered.time(form.received_at));
}
