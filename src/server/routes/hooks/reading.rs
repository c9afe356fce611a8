//! Reading a body: streamed, never cut, and within what memory may hold.
//!
//! Bytes are paid for as they come, from one purse for all requests; whoever cannot be served in time is told to come
//! again. A body that stalls ends its connection.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// KiB of bodies that may be in memory at once.
const ROOM_KIB: usize = 64 * 1024;
/// How long a body may stall.
const STALL: Duration = Duration::from_secs(30);
/// How long a body may take in all.
const WHOLE: Duration = Duration::from_mins(1);
/// How long to wait for room.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes and time spent on reading what is refused anyway, so that the sender gets to read the answer.
const DISCARD_BYTES: usize = 32 * 1024 * 1024;
const DISCARD: Duration = Duration::from_secs(10);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// Larger than it may be.
    TooLarge,
    /// It did not come in time.
    Stalled,
    /// The sender went away, or broke HTTP.
    Broken,
    /// There is no room for it now.
    NoRoom,
}

/// A whole body, and the room it takes until it is dropped.
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
}

/// The purse.
#[derive(Debug, Clone)]
pub(super) struct Room {
    kib: Arc<Semaphore>,
    stall: Duration,
    patience: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Self { kib: Arc::new(Semaphore::new(ROOM_KIB)), stall: STALL, patience: PATIENCE }
    }
}

impl Room {
    /// Reads a body of at most `limit` bytes. Where the length is announced and too large, nothing is read.
    pub(super) async fn read(&self, headers: &HeaderMap, body: Body, limit: usize) -> Result<Whole, Unread> {
        let announced: Option<u64> =
            headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length| length > limit as u64) {
            discard(headers, body).await;
            return Err(Unread::TooLarge);
        }
        timeout(WHOLE, self.stream(body, limit)).await.unwrap_or(Err(Unread::Stalled))
    }

    async fn stream(&self, mut body: Body, limit: usize) -> Result<Whole, Unread> {
        let mut bytes = Vec::new();
        let mut room: Option<OwnedSemaphorePermit> = None;
        loop {
            let frame = match timeout(self.stall, body.frame()).await {
                Err(_) => return Err(Unread::Stalled),
                Ok(None) => return Ok(Whole { bytes, _room: room }),
                Ok(Some(Err(error))) => return Err(if is_stall(&error) { Unread::Stalled } else { Unread::Broken }),
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            if data.len() > limit - bytes.len() {
                drop((bytes, room));
                discard(&HeaderMap::new(), body).await;
                return Err(Unread::TooLarge);
            }
            let needed = (bytes.len() + data.len()).div_ceil(1024);
            let more = needed.saturating_sub(room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits));
            if more > 0 {
                let taken = self.take(more).await?;
                match &mut room {
                    Some(room) => room.merge(taken),
                    None => room = Some(taken),
                }
            }
            bytes.extend_from_slice(&data);
        }
    }

    async fn take(&self, kib: usize) -> Result<OwnedSemaphorePermit, Unread> {
        let kib = u32::try_from(kib).map_err(|_| Unread::NoRoom)?;
        match timeout(self.patience, self.kib.clone().acquire_many_owned(kib)).await {
            Ok(Ok(taken)) => Ok(taken),
            Ok(Err(_)) | Err(_) => Err(Unread::NoRoom),
        }
    }
}

/// Whether the listener's own deadline ended the body.
fn is_stall(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<tower_http::timeout::TimeoutError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Reads a body away, within limits: a sender that cannot finish writing never gets to read why it was refused.
/// One that asks before it sends (`Expect`) need not send at all.
pub(super) async fn discard(headers: &HeaderMap, mut body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let read_away = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, Bytes::len);
            if read > DISCARD_BYTES {
                break;
            }
        }
    };
    // Whether it came to its end or not: it is refused.
    let _ = timeout(DISCARD, read_away).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(sizes: &'static [usize]) -> Body {
        let parts = sizes.iter().map(|size| Ok::<_, std::io::Error>(vec![b'x'; *size]));
        Body::from_stream(futures::stream::iter(parts))
    }

    /// With deadlines that a test can wait for.
    fn hasty() -> Room {
        Room { stall: Duration::from_millis(20), patience: Duration::from_millis(20), ..Room::default() }
    }

    async fn read(body: Body, limit: usize) -> Result<usize, Unread> {
        hasty().read(&HeaderMap::new(), body, limit).await.map(|whole| whole.bytes.len())
    }

    #[tokio::test]
    async fn a_body_is_whole_or_refused_and_never_cut() {
        assert_eq!(read(chunks(&[4, 4]), 8).await, Ok(8));
        assert_eq!(read(chunks(&[4, 5]), 8).await, Err(Unread::TooLarge));
        assert_eq!(read(Body::empty(), 8).await, Ok(0));
        let broken = futures::stream::iter([Ok(vec![1]), Err(std::io::Error::other("gone"))]);
        assert_eq!(read(Body::from_stream(broken), 8).await, Err(Unread::Broken));
    }

    #[tokio::test]
    async fn a_body_that_stalls_is_given_up() {
        let first = futures::stream::iter([Ok::<_, std::io::Error>(vec![1])]);
        let stalled = futures::StreamExt::chain(first, futures::stream::pending());
        assert_eq!(read(Body::from_stream(stalled), 8).await, Err(Unread::Stalled));
    }

    #[tokio::test]
    async fn room_is_given_back_and_never_exceeded() {
        let room = hasty();
        let limit = ROOM_KIB * 1024;
        let all = room.read(&HeaderMap::new(), Body::from(vec![0; limit]), limit).await;
        let all = all.unwrap_or_else(|unread| panic!("{unread:?}"));
        let more = room.read(&HeaderMap::new(), Body::from("x"), 8).await;
        assert_eq!(more.err(), Some(Unread::NoRoom));
        drop(all);
        assert!(room.read(&HeaderMap::new(), Body::from("x"), 8).await.is_ok());
    }
}
