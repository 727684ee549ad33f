//! Whether the execution ledger and the decisions are declared, apart from each other, and the decisions are there.

use lane_core::text;
use lane_core::view::View as _;
use lane_store::find_policy;

use super::Found;
use super::Scene;
use super::ill;
use super::well;
use crate::error::CliError;
use crate::on_integration;
use crate::setup;
use crate::worklog::Declared;

/// How much of a value is shown, in characters.
const VALUE_CHARS: usize = 80;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    let branch = session.store().view()?.meta()?.integration;
    let Some(file) = find_policy(session.repo, &branch)? else {
        return Ok(Found::Skipped("policy comes first".to_owned()));
    };
    let declared = Declared::of(&file);
    if let Some((fault, mend)) = declared.ill(session, &file)? {
        return ill(fault, mend);
    }
    let path = declared.decisions().trim_end_matches('/').to_owned();
    let tree = session.repo.commit(file.commit)?.tree;
    if matches!(session.repo.entry_at(tree, &path), Ok(Some(_))) {
        return well();
    }
    let shown = text::excerpt(&path, VALUE_CHARS);
    let (folder, first) = match path.ends_with(".md") {
        true => (
            path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned(),
            path.clone(),
        ),
        false => (path.clone(), format!("{path}/README.md")),
    };
    let change = format!(
        "mkdir -p {} && printf '# Decisions\\n' >{}",
        setup::quoted(&format!("./{folder}")),
        setup::quoted(&format!("./{first}"))
    );
    let mend = on_integration::by(session, &file, &change, &[&first])?;
    ill(
        format!(
            "the decisions are to be in {shown}, which {} does not have",
            text::excerpt(file.branch(), VALUE_CHARS)
        ),
        mend,
    )
}
