//! A connection whose peer does not take what it is answered: let go after a while.
//!
//! hyper has no deadline for writing, so a client that asks and never reads would keep its seat for ever. What has to be
//! written must leave at a pace, so that reading byte by byte is no way around it either; a stream that says little,
//! slowly, is never in arrears.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// Bytes that must leave in the time a peer is given.
const PACE: usize = 32 * 1024;

/// A stream that ends with an error when what is written does not leave.
pub(super) struct Leaving {
    stream: TcpStream,
    patience: Duration,
    /// Runs from the first write that had to wait.
    deadline: Option<Pin<Box<Sleep>>>,
    left: usize,
}

impl Leaving {
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, deadline: None, left: 0 }
    }

    /// What a write came to: it waits no longer than until the deadline, which enough bytes put off.
    fn paced(&mut self, written: Poll<Result<usize>>, context: &mut Context<'_>) -> Poll<Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.left += bytes;
                if self.left >= PACE {
                    self.kept_up();
                }
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                if self.deadline.is_none() {
                    self.left = 0;
                }
                let patience = self.patience;
                let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                ready!(deadline.as_mut().poll(context));
                Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
            }
        }
    }

    fn kept_up(&mut self) {
        (self.deadline, self.left) = (None, 0);
    }
}

impl AsyncRead for Leaving {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Leaving {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.paced(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.paced(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for once everything has been written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.kept_up();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
