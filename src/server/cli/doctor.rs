//! `parcelwire doctor`: settings, schema, key and integrity, one line each.

use super::instance::Instance;
use super::output::Format;
use crate::server::config::Config;
use crate::server::safekeeping::Safekeeping;
use crate::tracking::trust::Safety;
use serde::Serialize;
use std::sync::Arc;

/// How to print.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    format: Format,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    ok: bool,
    detail: String,
}

/// Runs it; fails when anything is wrong.
pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let mut findings =
        vec![Finding { check: "settings", ok: true, detail: format!("data in {}", config.data_dir.display()) }];
    if config.database().exists() {
        match Instance::open(config).await {
            Ok(instance) => {
                findings.push(Finding { check: "key", ok: true, detail: "fits the database".into() });
                if let Err(error) = examine(&instance, &mut findings).await {
                    findings.push(Finding { check: "database", ok: false, detail: format!("{error:#}") });
                }
                instance.close().await;
            }
            Err(error) => findings.push(Finding { check: "database", ok: false, detail: format!("{error:#}") }),
        }
    } else {
        findings.push(Finding {
            check: "database",
            ok: true,
            detail: "none yet; it is made on the first start".into(),
        });
    }
    let well = findings.iter().all(|finding| finding.ok);
    arguments.format.print(&findings, |findings| {
        let line = |f: &Finding| format!("{}  {}: {}", if f.ok { "ok " } else { "BAD" }, f.check, f.detail);
        findings.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    anyhow::ensure!(well, "something is wrong; see above");
    Ok(())
}

/// The last backup; only a failure since then is wrong.
fn backups(safety: &Safety) -> Finding {
    let last = match &safety.backup {
        Some(made) => format!("the last one, {}, is of {} and was restored once", made.file, made.at),
        None => "none yet".to_owned(),
    };
    let detail = match &safety.backup_failed {
        Some(failed) => format!("{last}; it failed at {}: {}", failed.at, failed.why),
        None => last,
    };
    Finding { check: "backups", ok: safety.backup_failed.is_none(), detail }
}

async fn examine(instance: &Instance, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let (has, newest) = instance.store.schema_version().await?;
    findings.push(Finding { check: "schema", ok: has == newest, detail: format!("version {has} of {newest}") });
    let faults = instance.store.integrity_check().await?;
    let detail = if faults.is_empty() { "no fault found".to_owned() } else { faults.join("; ") };
    findings.push(Finding { check: "integrity", ok: faults.is_empty(), detail });
    let safety = Safekeeping::new(instance.store.clone(), instance.clock.clone(), Arc::new(instance.config.clone()));
    findings.push(backups(&safety.safety().await?));
    let admins = instance.store.count_admins().await?;
    let detail = if admins == 0 { "none yet; the setup page makes the first".to_owned() } else { format!("{admins}") };
    findings.push(Finding { check: "admins", ok: true, detail });
    Ok(())
}
