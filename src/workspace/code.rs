//! A design as code for another tool, and that code in files.

use super::{names_in, save};
use crate::design::{Design, Problem, Surroundings, adopt, plan, validate, vpc_key};
use crate::export::code::{
    Beside, Code, CodeError, Form, There, cloudformation, script, terraform, terraform_module,
};
use crate::network::{Edit, Id, Key, Kind, Network, drift, matched};
use crate::steps::{Refusal, between};
use crate::storage::StorageError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the code of a design has to say beside its network.
pub fn beside(design: &Design) -> Beside {
    let mut beside = Beside::default();
    for vpc in &design.vpcs {
        let key = vpc_key(vpc);
        let zones = vpc.private_zones.iter();
        let zones = zones.map(|zone| (key.clone(), zone.clone()));
        beside.private_zones.extend(zones);
        if let Some(pool) = &vpc.ipv6_pool {
            beside.ipv6_pools.insert(key, pool.clone());
        }
    }
    beside
}

/// What a design can be written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Plain resources of Terraform's AWS provider.
    Terraform,
    /// A call of Terraform's module terraform-aws-modules/vpc.
    TerraformModule,
    /// A CloudFormation template.
    Cloudformation(Form),
    /// Two scripts for bash and the AWS CLI: one makes everything, the other takes it away.
    Script,
}

impl Tool {
    /// Every tool, in the order of menus.
    pub const ALL: [Self; 5] = [
        Self::Terraform,
        Self::TerraformModule,
        Self::Cloudformation(Form::Yaml),
        Self::Cloudformation(Form::Json),
        Self::Script,
    ];

    /// What people call it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::TerraformModule => "Terraform module",
            Self::Cloudformation(Form::Yaml) => "CloudFormation YAML",
            Self::Cloudformation(Form::Json) => "CloudFormation JSON",
            Self::Script => "AWS CLI script",
        }
    }

    /// What it is, as a sentence without a full stop.
    pub fn help(self) -> &'static str {
        match self {
            Self::Terraform => {
                "Plain resources of the AWS provider, kept by tier, zone and number, so that nothing is renamed when something is added"
            }
            Self::TerraformModule => {
                "A call of the module terraform-aws-modules/vpc, where it can express the design"
            }
            Self::Cloudformation(_) => "One template with all resources",
            Self::Script => {
                "Two scripts for bash and the AWS CLI: one makes everything and can be run again, the other takes it away"
            }
        }
    }

    /// Whether its code can take over what is there already.
    pub fn imports(self) -> bool {
        self == Self::Terraform
    }

    /// Whether its files stand in a folder of their own; one file is named by itself otherwise.
    pub fn is_folder(self) -> bool {
        match self {
            Self::Terraform | Self::TerraformModule => true,
            Self::Cloudformation(_) | Self::Script => false,
        }
    }
}

/// Why a design has no code.
#[derive(Clone, Debug, PartialEq)]
pub enum NoCode {
    /// The design has errors; its other problems are among these too.
    Problems(Vec<Problem>),
    /// No calls lead to what it plans.
    Refused(Vec<Refusal>),
    /// The tool cannot express it.
    Cannot(CodeError),
}

impl NoCode {
    /// What stands against it, a sentence each, without a full stop.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            Self::Problems(problems) => problems
                .iter()
                .filter(|problem| problem.is_error())
                .map(|problem| problem.message.clone())
                .collect(),
            Self::Refused(refusals) => refusals.iter().map(ToString::to_string).collect(),
            Self::Cannot(error) => vec![error.to_string()],
        }
    }
}

/// What of a design a network holds already.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// It, for code that takes it over.
    pub there: There,
    /// What it does not hold.
    pub absent: Vec<Key>,
    /// What it holds otherwise than planned.
    pub different: BTreeSet<Key>,
}

/// Find what of a design a network holds: a copy by the VPC that it is a copy of, anything else as before it is applied.
/// None where that holds no VPC of it.
pub fn existing(network: &Network, design: &Design, copied: Option<&Key>) -> Option<Existing> {
    let known = match copied {
        Some(vpc) => adopt(network, vpc).ok()?.ids,
        None => BTreeMap::new(),
    };
    let planned = plan(design);
    let mut found = matched(&planned, network, &known);
    // Of a design that is read as a network nothing stands yet.
    found.ids.retain(|_, id| matches!(id, Id::Aws(_)));
    if !found.ids.keys().any(|key| key.kind == Kind::Vpc) {
        return None;
    }
    let edits = drift(&planned, network, &found.ids).into_iter();
    let different = edits.filter_map(|edit| match edit {
        Edit::Set { key, .. } => Some(key),
        Edit::Add(_) | Edit::Remove(_) => None,
    });
    Some(Existing {
        different: different.collect(),
        absent: found.unmatched,
        there: There {
            ids: found.ids,
            network: network.clone(),
        },
    })
}

/// A design as code that creates it. Where the tool can, it takes over what is there already.
///
/// # Errors
/// The design has errors, or cannot be written for this tool.
pub fn design_code(design: &Design, tool: Tool, there: &There) -> Result<Code, NoCode> {
    let problems = validate(design, &Surroundings::default());
    if problems.iter().any(Problem::is_error) {
        return Err(NoCode::Problems(problems));
    }
    let network = plan(design);
    let graph = between(&Network::new(), &network).map_err(NoCode::Refused)?;
    let beside = beside(design);
    match tool {
        Tool::Terraform => Ok(terraform(&network, &graph, &beside, there)),
        Tool::TerraformModule => {
            terraform_module(&network, &graph, &beside).map_err(NoCode::Cannot)
        }
        Tool::Cloudformation(form) => {
            let code = cloudformation(&graph, &network, form).map_err(NoCode::Cannot)?;
            Ok(with_zones(code, &beside))
        }
        Tool::Script => Ok(with_zones(script(&graph, &network), &beside)),
    }
}

/// The private zones, which the tool could make and what is written does not.
fn with_zones(mut code: Code, beside: &Beside) -> Code {
    let zones = beside.private_zones.iter();
    code.by_hand.extend(zones.map(|(vpc, zone)| {
        format!("make the private zone {zone} in Route 53 and associate it with {vpc}")
    }));
    code
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// The file.
    pub path: PathBuf,
    /// What was there before is kept as this; none where nothing was, or the same.
    pub kept: Option<PathBuf>,
}

/// Code that was written into files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedCode {
    /// The files.
    pub files: Vec<WrittenFile>,
    /// Files that were there already, are not of this code, and are read by the tool all the same.
    pub strays: Vec<PathBuf>,
}

/// Why code cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveCodeError {
    /// It has several files, and they are to go into one.
    #[error("{} is a file; give a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A file cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Terraform reads every file of a folder whose name ends so.
const TERRAFORM_ENDING: &str = ".tf";

/// Write code: into a folder, which is made where it is missing, or a file, as [`Tool::is_folder`] says. What is there and
/// differs is kept beside it.
///
/// # Errors
/// A file cannot be read, kept or written; those before it are written then.
pub fn save_code(tool: Tool, code: &Code, path: &Path) -> Result<SavedCode, SaveCodeError> {
    let mut saved = SavedCode::default();
    if !tool.is_folder() {
        for file in &code.files {
            let place = beside_first(code, &file.name, path);
            saved.files.push(write(place, &file.text)?);
        }
        return Ok(saved);
    }
    if path.is_file() {
        return Err(SaveCodeError::NotAFolder(path.to_owned()));
    }
    let held = names_in(path)?;
    for file in &code.files {
        saved.files.push(write(path.join(&file.name), &file.text)?);
    }
    let is_ours = |name: &String| code.files.iter().any(|file| file.name == *name);
    let strays = held
        .iter()
        .filter(|name| name.ends_with(TERRAFORM_ENDING) && !is_ours(name));
    saved.strays = strays.map(|name| path.join(name)).collect();
    Ok(saved)
}

/// Where a file of several goes when the first is to be `first_path`: it keeps what its name has beside the first one's, as in
/// `shop.sh` and `shop-delete.sh`.
fn beside_first(code: &Code, name: &str, first_path: &Path) -> PathBuf {
    let first = code.files.first().map_or(name, |file| file.name.as_str());
    if name == first {
        return first_path.to_owned();
    }
    let stem = first.rsplit_once('.').map_or(first, |(stem, _)| stem);
    let own = first_path.file_stem().and_then(|stem| stem.to_str());
    match (name.strip_prefix(stem), own) {
        (Some(rest), Some(own)) => first_path.with_file_name(format!("{own}{rest}")),
        _ => first_path.with_file_name(name),
    }
}

fn write(path: PathBuf, text: &str) -> Result<WrittenFile, StorageError> {
    let kept = super::keep_old(&path, text, None)?;
    save(&path, text.as_bytes())?;
    Ok(WrittenFile { path, kept })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::code::CodeFile;

    #[test]
    fn files_that_belong_together_are_called_so() {
        let file = |name: &str| CodeFile {
            name: name.to_owned(),
            text: "x\n".to_owned(),
        };
        let code = Code {
            files: vec![file("shop.sh"), file("shop-delete.sh")],
            by_hand: Vec::new(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.sh");
        std::fs::write(&path, "old").unwrap();
        let saved = save_code(Tool::Cloudformation(Form::Yaml), &code, &path).unwrap();
        let names: Vec<_> = saved
            .files
            .iter()
            .map(|file| file.path.strip_prefix(folder.path()).unwrap().to_owned())
            .collect();
        assert_eq!(names, [Path::new("net.sh"), Path::new("net-delete.sh")]);
        let kept = saved.files[0].kept.as_ref().unwrap();
        assert_eq!(std::fs::read_to_string(kept).unwrap(), "old");
        assert_eq!(saved.files[1].kept, None);
    }
}
