//! `parcelwire user`: people who sign in. Works beside a running server.

use super::instance::{Instance, secret};
use super::output::{Format, table};
use crate::server::auth::Auth;
use crate::server::config::Config;
use crate::tracking::audit::Act;
use crate::tracking::page::PageRequest;
use crate::tracking::people::{Role, User};
use secrecy::SecretString;

/// What to do with people.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add a user; the password is asked for
    Add {
        /// What they sign in with
        name: String,
        /// What they may do: viewer, operator or admin
        #[arg(long)]
        role: Role,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        format: Format,
    },
    /// List the users
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Set a new password and end the user's sessions
    ResetPassword {
        /// Whose
        name: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove the second factor of a user who has lost it, and end their sessions
    ResetSecondFactor {
        /// Whose
        name: String,
    },
    /// Let somebody the sign-in provider knows sign in as this user
    Link {
        /// As whom
        name: String,
        /// The provider's name for the person (`sub`); the log says it when they are turned away
        subject: String,
    },
    /// Forget who of the sign-in provider a user is, and end their sessions
    Unlink {
        /// Whose
        name: String,
    },
    /// Keep a user from signing in and end their sessions
    Disable {
        /// Who
        name: String,
    },
    /// Let a disabled user sign in again
    Enable {
        /// Who
        name: String,
    },
}

/// Runs it.
pub async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let instance = Instance::open(config).await?;
    let auth = Auth::new(instance.store.clone(), instance.clock.clone(), instance.keyring.clone(), &instance.config);
    match command {
        Command::Add { name, role, password_stdin, format } => {
            let password = password(password_stdin)?;
            let added = async { Ok(auth.add_user(&name, role, &password).await?) };
            let user = instance.acting(Act::UserAdd, &name, added).await?;
            format.print(&user, |user| format!("{} was added as {}.", user.name, user.role))?;
        }
        Command::List { format } => list(&auth, format).await?,
        Command::ResetPassword { name, password_stdin } => {
            let password = password(password_stdin)?;
            let reset = async { Ok(auth.reset_password(&name, &password).await?) };
            let user = instance.acting(Act::PasswordReset, &name, reset).await?;
            println!("{} has a new password; open sessions have ended.", user.name);
        }
        Command::ResetSecondFactor { name } => {
            let reset = async { Ok(auth.reset_factor(&name).await?) };
            let user = instance.acting(Act::FactorReset, &name, reset).await?;
            println!("{} signs in without a second factor; open sessions have ended.", user.name);
        }
        Command::Link { name, subject } => {
            let link = async { Ok(auth.link(&name, &subject).await?) };
            let user = instance.acting(Act::UserLink, &name, link).await?;
            println!("{} signs in with the provider from now on.", user.name);
        }
        Command::Unlink { name } => {
            let unlink = async { Ok(auth.unlink(&name).await?) };
            let user = instance.acting(Act::UserLink, &name, unlink).await?;
            println!("{} signs in with a password only; open sessions have ended.", user.name);
        }
        Command::Disable { name } => {
            let set = async { Ok(auth.set_disabled(&name, true).await?) };
            let user = instance.acting(Act::UserDisable, &name, set).await?;
            println!("{} may no longer sign in; open sessions have ended.", user.name);
        }
        Command::Enable { name } => {
            let set = async { Ok(auth.set_disabled(&name, false).await?) };
            let user = instance.acting(Act::UserDisable, &name, set).await?;
            println!("{} may sign in again.", user.name);
        }
    }
    instance.close().await;
    Ok(())
}

fn password(from_stdin: bool) -> anyhow::Result<SecretString> {
    let typed = secret(from_stdin, "Password")?;
    if !from_stdin {
        anyhow::ensure!(*secret(false, "Again")? == *typed, "the two passwords differ");
    }
    Ok(SecretString::from(typed.to_string()))
}

async fn list(auth: &Auth, format: Format) -> anyhow::Result<()> {
    let mut users: Vec<User> = Vec::new();
    let mut page = PageRequest { limit: 200, cursor: None };
    loop {
        let got = auth.users(&page).await?;
        users.extend(got.items);
        let Some(next) = got.next_cursor else { break };
        page.cursor = Some(next);
    }
    format.print(&users, |users| {
        let head = ["name", "role", "state", "added", "last signed in"].map(str::to_owned).to_vec();
        let rows = users.iter().map(|user| {
            vec![
                user.name.clone(),
                user.role.to_string(),
                if user.disabled { "disabled" } else { "active" }.to_owned(),
                user.created_at.to_string(),
                user.last_login_at.map_or("-".to_owned(), |at| at.to_string()),
            ]
        });
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    })
}
