//! Logs and metrics: one line per event, no path token in either.
//!
//! Metrics are off the global path where they can be: the recorder is installed once per process and rendered by hand,
//! so that no second listener opens.

use super::config::{Config, LogFormat};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::borrow::Cow;
use std::sync::OnceLock;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Seconds; from the fastest answer to the longest wait for the writer.
const BUCKETS_S: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Starts logging to standard error. Only the first call of a process counts.
pub fn start_logging(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Tests start several instances in one process.
    drop(started);
}

/// The metrics of this process; installs the recorder at the first call.
pub fn metrics() -> &'static PrometheusHandle {
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets(BUCKETS_S).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Fails only where a recorder is installed already, which this lock rules out.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!("parcelwire_deliveries_total", "Deliveries taken, by carrier and verdict");
    metrics::describe_counter!("parcelwire_hooks_not_stored_total", "Hook requests that were only counted, by why");
    metrics::describe_counter!("parcelwire_http_requests_total", "Requests answered, by class and status");
    metrics::describe_histogram!("parcelwire_http_request_seconds", "Time to answer, by class");
    metrics::describe_gauge!("parcelwire_connections", "Open connections");
    metrics::describe_counter!("parcelwire_logins_failed_total", "Failed sign-ins");
}

/// The text Prometheus reads.
pub fn render_metrics() -> String {
    let handle = metrics();
    handle.run_upkeep();
    handle.render()
}

/// A path as it may be logged: the token in a hook's path, and any query, masked.
pub fn loggable_path(path: &str) -> Cow<'_, str> {
    let path = path.split('?').next().unwrap_or_default();
    for (marker, keep) in [("/hooks/", 1), ("/api/poslaju/webhook/", 0)] {
        let Some(at) = path.find(marker) else { continue };
        let (head, rest) = path.split_at(at + marker.len());
        let mut parts = rest.split('/');
        let mut shown = head.to_owned();
        for _ in 0..keep {
            shown.push_str(parts.next().unwrap_or_default());
        }
        if parts.next().is_some() {
            shown.push_str(if keep == 0 { "•••" } else { "/•••" });
        }
        return Cow::Owned(shown);
    }
    Cow::Borrowed(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_never_reach_the_log() {
        for (path, logged) in [
            ("/hooks/bex/abc123", "/hooks/bex/•••"),
            ("/x/hooks/bex/abc123/more?echo=1", "/x/hooks/bex/•••"),
            ("/hooks/fast?token=abc", "/hooks/fast"),
            ("/api/poslaju/webhook/abc", "/api/poslaju/webhook/•••"),
            ("/api/poslaju/webhook?token=abc", "/api/poslaju/webhook"),
            ("/parcels?q=X1", "/parcels"),
        ] {
            assert_eq!(loggable_path(path), logged);
        }
    }

    #[test]
    fn metrics_are_rendered() {
        metrics();
        metrics::counter!("parcelwire_logins_failed_total").increment(1);
        assert!(render_metrics().contains("parcelwire_logins_failed_total"));
    }
}
