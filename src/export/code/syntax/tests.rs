//! Pieces of code of each language, and that no text is lost or cut.

use super::*;
use proptest::prelude::*;

/// The pieces that are something, as words with what they are.
fn pieces(text: &str, language: Language) -> Vec<(&str, Syntax)> {
    let lines = lines(text, Some(language));
    let pieces = lines.into_iter().flat_map(|line| line.pieces);
    let something = pieces.filter(|(_, syntax)| !matches!(syntax, Syntax::Plain | Syntax::Mark));
    something
        .map(|(bytes, syntax)| (&text[bytes], syntax))
        .collect()
}

#[test]
fn terraform() {
    use Syntax::{Comment, Key, Keyword, Number, Reference, Text};
    let text = r#"# made
resource "aws_subnet" "main" {
  for_each = { for name, it in local.subnets : name => it }
  vpc_id     = aws_vpc.main.id
  count      = 3
  public     = true
  tags       = { Name = "web-${each.value["zone"]}-a", "b:c" = "d" }
  text = <<-EOT
    is = "text"
    EOT
}
"#;
    assert_eq!(
        pieces(text, Language::Hcl),
        [
            ("# made", Comment),
            ("resource", Keyword),
            ("\"aws_subnet\"", Text),
            ("\"main\"", Text),
            ("for_each", Key),
            ("for", Keyword),
            ("in", Keyword),
            ("local.subnets", Reference),
            ("name", Key),
            ("vpc_id", Key),
            ("aws_vpc.main.id", Reference),
            ("count", Key),
            ("3", Number),
            ("public", Key),
            ("true", Keyword),
            ("tags", Key),
            ("Name", Key),
            ("\"web-", Text),
            ("${each.value[\"zone\"]}", Reference),
            ("-a\"", Text),
            ("\"b:c\"", Text),
            ("\"d\"", Text),
            ("text", Key),
            ("<<-EOT", Text),
            ("    is = \"text\"", Text),
            ("    EOT", Text),
        ]
    );
}

#[test]
fn templates() {
    use Syntax::{Comment, Key, Keyword, Number, Reference, Text};
    let text = "# made\nAWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    \
                Properties:\n      CidrBlock: 10.0.0.0/16\n      EnableDnsSupport: true\n      Size: 26\n      Tags:\n        \
                - Key: Name\n          Value: !Sub \"${AWS::StackName}-vpc\"\n      Id: !Ref Vpc # its own\n      Note: |\n        \
                a: b\n\n        c\n    Last: 1\n";
    assert_eq!(
        pieces(text, Language::Yaml),
        [
            ("# made", Comment),
            ("AWSTemplateFormatVersion", Key),
            ("'2010-09-09'", Text),
            ("Resources", Key),
            ("Vpc", Key),
            ("Type", Key),
            ("AWS::EC2::VPC", Text),
            ("Properties", Key),
            ("CidrBlock", Key),
            ("10.0.0.0/16", Text),
            ("EnableDnsSupport", Key),
            ("true", Keyword),
            ("Size", Key),
            ("26", Number),
            ("Tags", Key),
            ("Key", Key),
            ("Name", Text),
            ("Value", Key),
            ("!Sub", Keyword),
            ("\"", Text),
            ("${AWS::StackName}", Reference),
            ("-vpc\"", Text),
            ("Id", Key),
            ("!Ref", Keyword),
            ("Vpc", Reference),
            ("# its own", Comment),
            ("Note", Key),
            ("        a: b", Text),
            ("        c", Text),
            ("Last", Key),
            ("1", Number),
        ]
    );
    assert_eq!(
        pieces(
            r#"{"Ref": "Vpc", "A\"b": [1.5, -2, null, "${C}"]}"#,
            Language::Json
        ),
        [
            ("\"Ref\"", Key),
            ("\"Vpc\"", Text),
            ("\"A\\\"b\"", Key),
            ("1.5", Number),
            ("-2", Number),
            ("null", Keyword),
            ("\"", Text),
            ("${C}", Reference),
            ("\"", Text),
        ]
    );
}

#[test]
fn scripts() {
    use Syntax::{Comment, Key, Keyword, Number, Reference, Text};
    let text = "#!/bin/bash\nset -euo pipefail\nname=web # its name\nif [ \"$#\" -gt 0 ]; then\n  id=$(aws ec2 \
                create-vpc --cidr-block 10.0.0.0/16 --tags \"Key=Name,Value=${name}-$(date +%s)\")\nfi\ncat <<'END'\nif $x \
                'y\nEND\nexit 1\n";
    assert_eq!(
        pieces(text, Language::Shell),
        [
            ("#!/bin/bash", Comment),
            ("set", Keyword),
            ("-euo", Key),
            ("name", Key),
            ("# its name", Comment),
            ("if", Keyword),
            ("\"", Text),
            ("$#", Reference),
            ("\"", Text),
            ("-gt", Key),
            ("0", Number),
            ("then", Keyword),
            ("id", Key),
            ("--cidr-block", Key),
            ("--tags", Key),
            ("\"Key=Name,Value=", Text),
            ("${name}", Reference),
            ("-", Text),
            ("\"", Text),
            ("fi", Keyword),
            ("if $x 'y", Text),
            ("END", Text),
            ("exit", Keyword),
            ("1", Number),
        ]
    );
}

#[test]
fn a_language_is_known_by_the_name_of_the_file() {
    assert_eq!(Language::of("main.tf"), Some(Language::Hcl));
    assert_eq!(Language::of("template.yaml"), Some(Language::Yaml));
    assert_eq!(Language::of("shop-delete.sh"), Some(Language::Shell));
    assert_eq!(Language::of("README"), None);
    let plain = lines("a\nb", None);
    assert_eq!(plain.len(), 2);
    assert_eq!(plain[1].pieces, [(2..3, Syntax::Plain)]);
}

proptest! {
    #[test]
    fn the_pieces_of_a_line_are_the_line(
        text in "([a-z =:.#!$%{}()\\[\\]\"'<>|/\\\\*\\-é\n\r]|EOT|<<EOT\n|\\$\\{|\n  ){0,60}",
    ) {
        for language in [Language::Hcl, Language::Yaml, Language::Json, Language::Shell] {
            let lines = lines(&text, Some(language));
            prop_assert_eq!(lines.len(), text.split_inclusive('\n').count());
            for (line, there) in lines.iter().zip(text.split_inclusive('\n')) {
                let there = there.strip_suffix('\n').unwrap_or(there);
                let there = there.strip_suffix('\r').unwrap_or(there);
                let whole: String = line.pieces.iter().map(|(bytes, _)| &text[bytes.clone()]).collect();
                prop_assert_eq!(whole.as_str(), there, "{:?}", language);
                prop_assert_eq!(&text[line.bytes.clone()], there);
                prop_assert!(line.pieces.iter().all(|(bytes, _)| !bytes.is_empty()));
            }
        }
    }
}
