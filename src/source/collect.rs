//! The script that gathers a network's description for somebody who holds the credentials and hands over a folder.
//!
//! It is made from the same table of calls as the live loader ([`crate::source::calls`]), so that the folder and the
//! live account tell the same story. What AWS's answers leave out is written beside them:
//!
//! - `{"VpcAtlasParent":{"Kind":"prefix-list","Id":"pl-…"},"Output":{…}}` around an answer that does not name what it
//!   was asked about;
//! - `{"VpcAtlasError":{"Call":"DescribeFlowLogs","Region":"eu-west-1","Code":"UnauthorizedOperation","Message":"…"}}`
//!   instead of an answer that never came, with a `Parent` where the call had one.

use std::fmt::Write as _;

use super::calls::{Call, Paging, Spec};

/// Everything that does not depend on regions and calls: the functions `call`, `call_of` and `ids`.
const PRELUDE: &str = include_str!("collect.sh");

/// A read-only POSIX shell script that gathers what every [`Call`] answers in these regions into one folder,
/// `vpc-atlas-ACCOUNT/REGION/COMMAND.json`; with no region, in the one the AWS CLI is configured for.
///
/// It needs a POSIX shell and the AWS CLI (version 1 or 2), nothing else. Its exit status is 0 when every call was
/// answered, 1 when some failed and 2 when it could not start.
pub fn script(regions: &[String]) -> String {
    let mut script = PRELUDE.to_owned();
    script.push_str(&regions_block(regions));
    script.push_str(IDENTITY);
    script.push_str("# gather: everything in $region, into $place.\ngather() {\n");
    for call in Call::ALL
        .into_iter()
        .filter(|call| call.spec().service == "ec2")
    {
        let spec = call.spec();
        if spec.parent.is_none() {
            let _ = writeln!(
                script,
                "    call {} {}",
                spec.api,
                request(&spec, "\"$place/", ".json\"")
            );
            children(call, &mut script);
        }
    }
    script.push_str("}\n");
    script.push_str(ENDING);
    script
}

/// The regions as the list that the loop reads; a name with a quote in it stays one word.
fn regions_block(regions: &[String]) -> String {
    if regions.is_empty() {
        return DEFAULT_REGION.to_owned();
    }
    let words: Vec<_> = regions.iter().map(|region| quoted(region)).collect();
    format!("set -- {}\n", words.join(" "))
}

/// The calls that hang on the list `parent` makes, in one loop over its ids.
fn children(parent: Call, script: &mut String) {
    let calls: Vec<_> = parent.children().map(Call::spec).collect();
    let Some(hook) = calls.first().and_then(|spec| spec.parent) else {
        return;
    };
    let listed = parent.spec().command;
    let _ = writeln!(
        script,
        "    for id in $(ids \"$place/{listed}.json\" {}); do",
        hook.id
    );
    for spec in calls {
        // Calls that differ in an argument only (the attributes of a VPC) need a file each.
        let (before, after) = match spec.arguments {
            ["--attribute", attribute] => ("\"$place/", format!(".{attribute}.$id.json\"")),
            _ => ("\"$place/", ".$id.json\"".to_owned()),
        };
        let form = if hook.wraps { "wrapped" } else { "plain" };
        let verb = format!("call_of {} \"$id\" {form}", hook.kind);
        let request = request(&spec, before, &after);
        let _ = writeln!(
            script,
            "        {verb} {} {request} {} \"$id\"",
            spec.api, hook.option
        );
    }
    script.push_str("    done\n");
}

/// The file and the AWS CLI's arguments of one call.
fn request(spec: &Spec, before: &str, after: &str) -> String {
    let mut request = format!(
        "{before}{}{after} {} {}",
        spec.command, spec.service, spec.command
    );
    for argument in spec.arguments {
        let _ = write!(request, " {}", word(argument));
    }
    match spec.paging {
        Paging::Whole => {}
        Paging::Pages(size) => {
            let _ = write!(request, " --page-size {size}");
        }
        Paging::Tokens(size) => {
            let _ = write!(request, " --max-results {size}");
        }
    }
    if let Some(query) = spec.query {
        let _ = write!(request, " --query {}", quoted(query));
    }
    request
}

/// An argument as one word of the shell, bare where that is safe.
fn word(argument: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_=,./:".contains(c);
    if !argument.is_empty() && argument.chars().all(bare) {
        argument.to_owned()
    } else {
        quoted(argument)
    }
}

/// An argument in single quotes, in which the shell reads nothing but the closing one.
fn quoted(argument: &str) -> String {
    format!("'{}'", argument.replace('\'', r"'\''"))
}

const DEFAULT_REGION: &str = r#"region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region 2>/dev/null)}}
if [ -z "$region" ]; then
    printf 'No region is set: set AWS_REGION, or name regions when you make this script.\n' >&2
    exit 2
fi
set -- "$region"
"#;

const IDENTITY: &str = r#"
# The account names the folder. Not knowing it costs no more than the name.
region=$1
account=
if run sts get-caller-identity --region "$region" >"$scratch/identity" 2>"$errors"; then
    account=$(sed -n 's/.*"Account": *"\([0-9]*\)".*/\1/p' "$scratch/identity")
fi
folder=$target/vpc-atlas-${account:-unknown}
if ! mkdir -p "$folder"; then
    printf 'Cannot write to %s: choose another folder.\n' "$folder" >&2
    exit 2
fi
calls=$((calls + 1))
if [ -n "$account" ]; then
    cat "$scratch/identity" >"$folder/get-caller-identity.json"
else
    failed GetCallerIdentity "$folder/get-caller-identity.json"
fi

"#;

const ENDING: &str = r#"
for region in "$@"; do
    case $region in
        '' | *[!a-z0-9-]*)
            printf '"%s" is no region name; it is left out.\n' "$region" >&2
            failures=$((failures + 1))
            continue
            ;;
    esac
    place=$folder/$region
    # An older answer beside a newer one would show a network that never was.
    if [ -e "$place" ]; then
        printf '%s exists: move it away to gather %s again.\n' "$place" "$region" >&2
        failures=$((failures + 1))
        continue
    fi
    if ! mkdir "$place"; then
        failures=$((failures + 1))
        continue
    fi
    printf 'reading %s ...\n' "$region" >&2
    gather
done

printf '%s: %s calls, %s failed.\n' "$folder" "$calls" "$failures"
[ "$failures" -eq 0 ]
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_with_a_quote_stays_one_word() {
        let script = script(&["eu-west-1'; touch /tmp/x; '".to_owned()]);
        assert!(
            script.contains(r"set -- 'eu-west-1'\''; touch /tmp/x; '\'''"),
            "{script}"
        );
    }

    #[test]
    fn every_call_is_asked_for_with_its_largest_page() {
        let script = script(&[]);
        for call in Call::ALL {
            let spec = call.spec();
            let line = script.lines().find(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                words
                    .windows(2)
                    .any(|pair| pair == [spec.service, spec.command])
                    && spec
                        .arguments
                        .iter()
                        .all(|argument| line.contains(argument))
            });
            let line = line.unwrap_or_else(|| panic!("{call} is not in the script"));
            if let Some(size) = spec.paging.size() {
                assert!(line.contains(&format!(" {size}")), "{line}");
            }
        }
    }

    #[test]
    fn no_vpn_key_leaves_the_account() {
        let script = script(&[]);
        assert!(script.contains("describe-vpn-connections --query"));
        for secret in ["CustomerGatewayConfiguration", "PreSharedKey"] {
            assert!(!script.contains(secret), "{secret}");
        }
    }
}
