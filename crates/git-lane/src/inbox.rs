//! The inbox: the notes that reach this agent, by its name or by a role that it may act in, without its own.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::policy::Role;
use lane_core::refusal::Refusal;
use lane_core::view::View as _;
use lane_store::Letter;
use lane_store::Mail;
use lane_store::Store;
use lane_store::TreeView;
use serde_json::Value;
use serde_json::json;

use crate::error::CliError;
use crate::read_marks;
use crate::read_marks::ReadMarks;
use crate::session::Session;
use crate::show::paint;

/// Whose notes an inbox holds.
pub(crate) struct Reader {
    /// Who reads.
    pub(crate) agent: Agent,
    /// The names that a note must be addressed to, one of them.
    names: Vec<String>,
}

impl Reader {
    /// The agent and the roles that it may act in; with `--role` that one alone.
    pub(crate) fn of(session: &Session<'_>, view: &TreeView<'_>) -> Result<Self, CliError> {
        let agent = session.agent()?;
        let policy = view.policy()?;
        let mut roles: Vec<Role> = Role::ALL.to_vec();
        if let Some(role) = session.named_role() {
            if !policy.allows(role, &agent) {
                let what = format!("the policy does not let {agent} act as {role}");
                return Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what)
                    .hint("git lane policy show")
                    .into());
            }
            roles = vec![role];
        }
        let allowed = roles.into_iter().filter(|role| policy.allows(*role, &agent));
        let roles = allowed.map(|role| role.name().to_owned());
        let names = std::iter::once(agent.to_string()).chain(roles).collect();
        Ok(Self { agent, names })
    }

    /// Whether a note is for this reader.
    pub(crate) fn is_for(&self, letter: &Letter) -> bool {
        letter.by != self.agent && letter.to.iter().any(|name| self.names.contains(name))
    }
}

/// How many notes nobody has read here yet.
pub(crate) fn unread(
    session: &Session<'_>,
    store: &Store<'_>,
    view: &TreeView<'_>,
) -> Result<usize, CliError> {
    let reader = Reader::of(session, view)?;
    let mail = Mail::read(store, view)?;
    let marks = ReadMarks::load(&store.local_dir(), &reader.agent);
    Ok(mail
        .letters()
        .filter(|letter| reader.is_for(letter) && !marks.has(letter))
        .count())
}

/// Says on stderr that there are unread notes, if there are.
pub(crate) fn tell(session: &Session<'_>) {
    let store = session.store();
    let Ok(view) = store.view() else { return };
    match unread(session, &store, &view) {
        Ok(0) => {}
        Ok(count) => {
            let notes = if count == 1 { "note" } else { "notes" };
            paint::note(&format!("{count} unread {notes}"));
            paint::hint("git lane inbox");
        }
        Err(fault) => paint::warning(&format!(
            "the notes cannot be read: {}",
            crate::show::error::sentence(&fault)
        )),
    }
}

/// Says on stderr that there are unread notes, once for each new one: an agent learns at its next command that its task
/// was returned or taken over. Never fails a command.
pub(crate) fn tell_new(session: &Session<'_>) {
    let store = session.store();
    let Ok(view) = store.view() else { return };
    let (Ok(reader), Ok(mail)) = (Reader::of(session, &view), Mail::read(&store, &view)) else {
        return;
    };
    let marks = ReadMarks::load(&store.local_dir(), &reader.agent);
    let unread = || {
        mail.letters()
            .filter(|letter| reader.is_for(letter) && !marks.has(letter))
    };
    let Some(last) = unread().next_back() else { return };
    if !read_marks::tell_once(&store.local_dir(), &reader.agent, last) {
        return;
    }
    let task = mail
        .open(last)
        .ok()
        .flatten()
        .map(|note| format!(" about {}", note.task));
    paint::note(&format!(
        "{} unread, the last from {}{}",
        counted(unread().count()),
        last.by,
        task.unwrap_or_default()
    ));
    paint::hint("git lane inbox");
}

fn counted(notes: usize) -> String {
    match notes {
        1 => "1 note".to_owned(),
        n => format!("{n} notes"),
    }
}

/// How many notes are unread, for JSON; null when they cannot be read.
pub(crate) fn unread_json(session: &Session<'_>, store: &Store<'_>, view: &TreeView<'_>) -> Value {
    unread(session, store, view).map_or(Value::Null, |count| json!(count))
}
