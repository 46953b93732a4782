//! The grammar of SOURCE: a file or folder, `sample`, or `aws://PROFILE/REGION[,REGION…|all]`.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a network comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceSpec {
    /// A file or folder.
    Path(PathBuf),
    /// The network that comes with the program.
    Sample,
    /// A live account.
    Aws {
        /// The profile of the AWS config files; none for what the AWS CLI would choose.
        profile: Option<String>,
        /// Which regions of it.
        regions: Regions,
        /// Other accounts that the profile leads to, instead of its own.
        through: Option<Through>,
    },
}

/// Accounts that are read through a role that each of them has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Through {
    /// The role, by its name, with its path where it has one.
    pub role: String,
    /// The accounts, by their twelve digits; none for all of the Organization.
    pub accounts: Vec<String>,
}

/// Which regions of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regions {
    /// The one that the environment or the profile names.
    #[default]
    Default,
    /// These, as they were given.
    Named(Vec<String>),
    /// All that the account has switched on.
    All,
}

/// Why a text names no source. Each is one sentence with what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Nothing was given.
    #[error(
        "an empty SOURCE names nothing; give a file, a folder, sample, or aws://PROFILE/REGION"
    )]
    Empty,
    /// A region that cannot be one.
    #[error(
        "“{region}” in “{source_text}” is not a region; write aws://PROFILE/REGION like aws://prod/eu-west-1, aws://prod/eu-west-1,us-east-1 or aws://prod/all"
    )]
    Region {
        /// The part that is wrong.
        region: String,
        /// The whole.
        source_text: String,
    },
    /// Another scheme.
    #[error(
        "“{0}” is not a SOURCE this program can read; give a file, a folder, sample, or aws://PROFILE/REGION"
    )]
    Scheme(String),
    /// A role or an account that cannot be one.
    #[error(
        "“{part}” in “{source_text}” is neither a role nor an account; write aws://PROFILE/REGION@ROLE for all accounts of the Organization, or @ROLE:111122223333,444455556666 for some"
    )]
    Through {
        /// The part that is wrong.
        part: String,
        /// The whole.
        source_text: String,
    },
    /// A name with control characters in it.
    #[error("the profile in “{0}” holds a character that no profile has")]
    Profile(String),
}

const SCHEME: &str = "aws://";

impl SourceSpec {
    /// Read a SOURCE. A path may hold any bytes; `./sample` and `./aws` are files of those names.
    pub fn parse(text: &OsStr) -> Result<Self, SpecError> {
        match text.to_str() {
            Some(text) => text.parse(),
            None => Ok(Self::Path(text.into())),
        }
    }

    /// Whether it is a live account.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Aws { .. })
    }

    /// A short name for a title or a list: a file's own name, not its whole path.
    pub fn label(&self) -> String {
        match self {
            Self::Path(path) => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            Self::Sample => "Sample network".to_owned(),
            Self::Aws {
                profile,
                regions,
                through,
            } => {
                let profile = profile.as_deref().unwrap_or("AWS");
                let whose = match through {
                    None => profile.to_owned(),
                    Some(Through { role, accounts }) if accounts.is_empty() => {
                        format!("{profile} · Organization through {role}")
                    }
                    Some(Through { role, accounts }) => {
                        format!("{profile} · {} accounts through {role}", accounts.len())
                    }
                };
                match regions {
                    Regions::Default => whose,
                    Regions::Named(named) => format!("{whose} · {}", named.join(", ")),
                    Regions::All => format!("{whose} · all regions"),
                }
            }
        }
    }

    /// The same source with its path made whole, so that it means the same in another folder.
    #[must_use]
    pub fn absolute(self) -> Self {
        match self {
            Self::Path(path) => Self::Path(std::path::absolute(&path).unwrap_or(path)),
            other => other,
        }
    }

    /// The source as it is written on the command line, `None` where its path is not text. It reads back as itself.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Path(path) => path.to_str().map(|text| match text.parse::<Self>() {
                Ok(Self::Path(same)) if same == *path => text.to_owned(),
                _ => format!(".{}{text}", std::path::MAIN_SEPARATOR),
            }),
            other => Some(other.to_string()),
        }
    }
}

impl FromStr for SourceSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        match text {
            "" => return Err(SpecError::Empty),
            "sample" => return Ok(Self::Sample),
            "aws" => {
                return Ok(Self::Aws {
                    profile: None,
                    regions: Regions::Default,
                    through: None,
                });
            }
            _ => {}
        }
        let Some(account) = text.strip_prefix(SCHEME) else {
            // `https://…` read as a path would only say that there is no such file.
            return match text.split_once("://") {
                Some((scheme, _)) if is_scheme(scheme) => Err(SpecError::Scheme(text.to_owned())),
                _ => Ok(Self::Path(PathBuf::from(text))),
            };
        };
        let (account, through) = match split_role(account) {
            Some((account, role)) => (account, Some(parse_through(role, text)?)),
            None => (account, None),
        };
        // A profile's name may hold a slash; a region's never does.
        let (profile, regions) = match account.rsplit_once('/') {
            Some((profile, regions)) => (profile, parse_regions(regions, text)?),
            None => (account, Regions::Default),
        };
        if profile.chars().any(char::is_control) {
            return Err(SpecError::Profile(text.escape_default().to_string()));
        }
        Ok(Self::Aws {
            profile: (!profile.is_empty()).then(|| profile.to_owned()),
            regions,
            through,
        })
    }
}

/// What stands before and after the `@` that leads to a role. A profile's name may hold that sign, a region's never
/// does; and a role's path may hold slashes. So it is the first one that follows a slash and nothing but regions.
fn split_role(account: &str) -> Option<(&str, &str)> {
    account.match_indices('/').find_map(|(slash, _)| {
        let regions = account.get(slash + 1..)?;
        let at = regions.find('@')?;
        parse_regions(regions.get(..at)?, "").ok()?;
        let at = slash + 1 + at;
        Some((account.get(..at)?, account.get(at + 1..)?))
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html> says what a role's name and path may hold.
fn parse_through(text: &str, whole: &str) -> Result<Through, SpecError> {
    let wrong = |part: &str| SpecError::Through {
        part: part.to_owned(),
        source_text: whole.to_owned(),
    };
    let (role, accounts) = match text.split_once(':') {
        Some((role, accounts)) => (role, accounts.split(',').collect()),
        None => (text, Vec::new()),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    let role = role.trim_start_matches('/');
    if role.is_empty() || role.ends_with('/') || role.len() > 512 || !role.chars().all(fits) {
        return Err(wrong(text));
    }
    let mut named: Vec<String> = Vec::new();
    for account in accounts {
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong(account));
        }
        if !named.iter().any(|held| held == account) {
            named.push(account.to_owned());
        }
    }
    Ok(Through {
        role: role.to_owned(),
        accounts: named,
    })
}

fn is_scheme(word: &str) -> bool {
    // One letter is a drive of Windows.
    word.len() > 1
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn parse_regions(text: &str, whole: &str) -> Result<Regions, SpecError> {
    match text {
        "" => return Ok(Regions::Default),
        "all" => return Ok(Regions::All),
        _ => {}
    }
    let mut named: Vec<String> = Vec::new();
    for region in text.split(',') {
        if !is_region(region) {
            return Err(SpecError::Region {
                region: region.to_owned(),
                source_text: whole.to_owned(),
            });
        }
        if !named.iter().any(|held| held == region) {
            named.push(region.to_owned());
        }
    }
    Ok(Regions::Named(named))
}

/// Whether a word has the form of a region's code: words joined by hyphens, a number last (`us-gov-west-1`).
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
pub fn is_region(word: &str) -> bool {
    let mut parts: Vec<&str> = word.split('-').collect();
    let number = parts.pop().unwrap_or_default();
    let letters = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    word.len() <= 40
        && parts.len() >= 2
        && parts.iter().all(letters)
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit())
}

/// As it stands after the sign.
impl fmt::Display for Through {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.role)?;
        if self.accounts.is_empty() {
            return Ok(());
        }
        write!(f, ":{}", self.accounts.join(","))
    }
}

impl fmt::Display for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Sample => f.write_str("sample"),
            Self::Aws {
                profile: None,
                regions: Regions::Default,
                through: None,
            } => f.write_str("aws"),
            Self::Aws {
                profile,
                regions,
                through,
            } => {
                let profile = profile.as_deref().unwrap_or_default();
                write!(f, "{SCHEME}{profile}")?;
                match regions {
                    // A profile with a slash would lose its last part to the region, and one with more the role.
                    Regions::Default if through.is_some() || profile.contains('/') => {
                        f.write_str("/")
                    }
                    Regions::Default => Ok(()),
                    Regions::Named(named) => write!(f, "/{}", named.join(",")),
                    Regions::All => f.write_str("/all"),
                }?;
                match through {
                    None => Ok(()),
                    Some(through) => write!(f, "@{through}"),
                }
            }
        }
    }
}

impl From<&Path> for SourceSpec {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl TryFrom<OsString> for SourceSpec {
    type Error = SpecError;

    fn try_from(text: OsString) -> Result<Self, SpecError> {
        Self::parse(&text)
    }
}

/// One name for several sources together.
pub fn source_label(sources: &[SourceSpec]) -> String {
    match sources {
        [] => "Nothing".to_owned(),
        [only] => only.label(),
        [first, rest @ ..] => format!("{} and {} more", first.label(), rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(profile: &str, regions: Regions) -> SourceSpec {
        SourceSpec::Aws {
            profile: (!profile.is_empty()).then(|| profile.to_owned()),
            regions,
            through: None,
        }
    }

    fn named(regions: &[&str]) -> Regions {
        Regions::Named(regions.iter().map(|&region| region.to_owned()).collect())
    }

    #[test]
    fn the_grammar_reads_and_writes() {
        for (text, spec) in [
            ("sample", SourceSpec::Sample),
            ("./sample", SourceSpec::Path("./sample".into())),
            ("net/prod", SourceSpec::Path("net/prod".into())),
            ("aws", aws("", Regions::Default)),
            ("aws://prod", aws("prod", Regions::Default)),
            ("aws://prod/all", aws("prod", Regions::All)),
            ("aws:///us-gov-west-1", aws("", named(&["us-gov-west-1"]))),
            (
                "aws://my prod/eu-west-1,us-east-1",
                aws("my prod", named(&["eu-west-1", "us-east-1"])),
            ),
            (
                "aws://team/prod/eu-west-1",
                aws("team/prod", named(&["eu-west-1"])),
            ),
            ("aws://team/prod/", aws("team/prod", Regions::Default)),
        ] {
            assert_eq!(text.parse::<SourceSpec>().as_ref(), Ok(&spec), "{text}");
            assert_eq!(spec.to_string(), text);
            assert_eq!(spec.to_text().as_deref(), Some(text));
        }
        let twice: SourceSpec = "aws://a/eu-west-1,eu-west-1".parse().unwrap();
        assert_eq!(twice, aws("a", named(&["eu-west-1"])));
    }

    #[test]
    fn a_role_leads_to_other_accounts() {
        let through = |text: &str| match text.parse() {
            Ok(SourceSpec::Aws {
                profile,
                regions,
                through: Some(through),
            }) => (profile, regions, through.role, through.accounts),
            other => panic!("{text}: {other:?}"),
        };
        for (text, profile, regions, role, accounts) in [
            (
                "aws://ops/all@Audit",
                Some("ops"),
                Regions::All,
                "Audit",
                &[][..],
            ),
            (
                "aws:///@net/Audit",
                None,
                Regions::Default,
                "net/Audit",
                &[],
            ),
            (
                "aws://me@corp/eu-west-1@Audit@x:111122223333,444455556666",
                Some("me@corp"),
                named(&["eu-west-1"]),
                "Audit@x",
                &["111122223333", "444455556666"],
            ),
        ] {
            let found = through(text);
            assert_eq!(found.0.as_deref(), profile, "{text}");
            assert_eq!((found.1, found.2.as_str()), (regions, role), "{text}");
            assert_eq!(found.3, accounts, "{text}");
            let spec: SourceSpec = text.parse().unwrap();
            assert_eq!(spec.to_string(), text);
        }
        // No role: the sign is part of the profile.
        for text in [
            "aws://me@corp",
            "aws://me@corp/eu-west-1",
            "aws://team/me@corp/all",
        ] {
            let spec: SourceSpec = text.parse().unwrap();
            assert!(
                matches!(&spec, SourceSpec::Aws { through: None, .. }),
                "{text}"
            );
            assert_eq!(spec.to_string(), text);
        }
        for text in [
            "aws://ops/all@",
            "aws://ops/all@/",
            "aws://ops/all@Au dit",
            "aws://ops/all@Audit:1111",
            "aws://ops/all@Audit:",
        ] {
            let error = text.parse::<SourceSpec>().unwrap_err().to_string();
            assert!(error.contains("neither a role nor an account"), "{error}");
        }
    }

    #[test]
    fn a_path_that_looks_like_a_word_is_written_as_a_path() {
        for name in ["sample", "aws"] {
            let spec = SourceSpec::Path(name.into());
            let text = spec.to_text().unwrap();
            assert!(matches!(text.parse(), Ok(SourceSpec::Path(_))), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write() {
        for (text, words) in [
            ("", "give a file"),
            (
                "aws://prod/EU-West-1",
                "“EU-West-1” in “aws://prod/EU-West-1” is not a region",
            ),
            ("aws://prod/eu-west-1,", "“” in"),
            ("aws://team/prod", "“prod” in"),
            ("aws://prod/eu-west-1,all", "“all” in"),
            ("https://example.com/x", "is not a SOURCE"),
            ("aws://p\u{7}/all", "no profile has"),
        ] {
            let error = text.parse::<SourceSpec>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn labels_are_short() {
        assert_eq!(SourceSpec::Path("/a/b/prod".into()).label(), "prod");
        assert_eq!(
            aws("prod", named(&["eu-west-1"])).label(),
            "prod · eu-west-1"
        );
        let two = [SourceSpec::Sample, SourceSpec::Path("x".into())];
        assert_eq!(source_label(&two), "Sample network and 1 more");
    }
}
