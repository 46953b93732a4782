//! Encryption controls of VPCs.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Mutex;

use super::super::answer::{Element, answer, good, mend, refuse};
use super::super::call::Call;
use super::super::filters::lets_by;
use super::super::inquiry::Inquiry;
use super::super::stage::{Next, Notes, Outcome, Stage};
use super::super::stop::lock;
use super::super::xml::escape;
use super::done;

/// What may be left out of the encryption: the parameter without `Exclusion`, and the element.
const EXCLUSIONS: [(&str, &str); 10] = [
    ("InternetGateway", "internetGateway"),
    ("EgressOnlyInternetGateway", "egressOnlyInternetGateway"),
    ("NatGateway", "natGateway"),
    ("VirtualPrivateGateway", "virtualPrivateGateway"),
    ("VpcPeering", "vpcPeering"),
    ("Lambda", "lambda"),
    ("VpcLattice", "vpcLattice"),
    ("ElasticFileSystem", "elasticFileSystem"),
    ("GlobalAccelerator", "globalAccelerator"),
    ("ApiGatewayV2", "apiGatewayV2"),
];

/// One control.
#[derive(Clone, Debug)]
struct Control {
    place: (String, String),
    vpc: String,
    mode: String,
    /// Elements of what is excluded.
    excluded: Vec<&'static str>,
    tags: Vec<(String, String)>,
}

impl Control {
    fn written(&self, id: &str, state: &str) -> String {
        let exclusions: Vec<String> = EXCLUSIONS
            .iter()
            .map(|(_, element)| {
                let is_excluded = self.excluded.contains(element);
                let state = if is_excluded { "enabled" } else { "disabled" };
                format!("<{element}><state>{state}</state></{element}>")
            })
            .collect();
        let mut tags = String::new();
        for (key, value) in &self.tags {
            // Writing to a String cannot fail.
            let _ = write!(
                tags,
                "<item><key>{}</key><value>{}</value></item>",
                escape(key),
                escape(value)
            );
        }
        format!(
            "<vpcId>{}</vpcId><vpcEncryptionControlId>{id}</vpcEncryptionControlId><mode>{}</mode>\
             <state>{state}</state><resourceExclusions>{}</resourceExclusions><tagSet>{tags}</tagSet>",
            self.vpc,
            self.mode,
            exclusions.concat()
        )
    }
}

/// The stage: controls by id. Changes are over when they are answered; answers name the state on the way, as AWS's do.
#[derive(Default)]
pub(crate) struct Encryption {
    controls: Mutex<BTreeMap<String, Control>>,
}

impl Encryption {
    fn create(&self, call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let vpc = call.parameter("VpcId").unwrap_or_default();
        let inquiry = Inquiry::new(call, next);
        if inquiry.one("DescribeVpcs", "VpcId", vpc).is_none() {
            let message = format!("The vpc ID '{vpc}' does not exist");
            return refuse("InvalidVpcID.NotFound", &message);
        }
        let mut controls = lock(&self.controls);
        if controls.values().any(|control| control.vpc == vpc) {
            let message = format!("The VPC {vpc} has an encryption control already");
            return refuse("InvalidParameterValue", &message);
        }
        let control = Control {
            place: call.place(),
            vpc: vpc.to_owned(),
            mode: "monitor".to_owned(),
            excluded: Vec::new(),
            tags: call.tags_at_create(),
        };
        // A hasher of its own seed for every control: ids as random as AWS's.
        let id = format!("vpcec-0{:016x}", RandomState::new().build_hasher().finish());
        let written = control.written(&id, "creating");
        controls.insert(id, control);
        let within = format!("<vpcEncryptionControl>{written}</vpcEncryptionControl>");
        done(call, notes, &within)
    }

    fn modify(&self, call: &Call, notes: &mut Notes) -> Outcome {
        let id = call.parameter("VpcEncryptionControlId").unwrap_or_default();
        let mut controls = lock(&self.controls);
        let Some(control) = controls.get_mut(id) else {
            return unknown(id);
        };
        if let Some(mode) = call.parameter("Mode") {
            control.mode = mode.to_owned();
        }
        for (parameter, element) in EXCLUSIONS {
            match call.parameter(&format!("{parameter}Exclusion")) {
                Some("enable") if !control.excluded.contains(&element) => {
                    control.excluded.push(element);
                }
                Some("disable") => control.excluded.retain(|held| *held != element),
                _ => {}
            }
        }
        let state = format!("{}-in-progress", control.mode);
        let written = control.written(id, &state);
        let within = format!("<vpcEncryptionControl>{written}</vpcEncryptionControl>");
        done(call, notes, &within)
    }

    fn delete(&self, call: &Call, notes: &mut Notes) -> Outcome {
        let id = call.parameter("VpcEncryptionControlId").unwrap_or_default();
        let Some(control) = lock(&self.controls).remove(id) else {
            return unknown(id);
        };
        let written = control.written(id, "deleting");
        let within = format!("<vpcEncryptionControl>{written}</vpcEncryptionControl>");
        done(call, notes, &within)
    }

    fn describe(&self, call: &Call) -> Outcome {
        let ids = call.numbered("VpcEncryptionControlId");
        let vpcs = call.numbered("VpcId");
        let filters = call.filters();
        let controls = lock(&self.controls);
        if let Some(id) = ids.iter().find(|id| !controls.contains_key(**id)) {
            return unknown(id);
        }
        let mut items = String::new();
        for (id, control) in controls.iter() {
            let is_asked = control.place == call.place()
                && (ids.is_empty() || ids.contains(&id.as_str()))
                && (vpcs.is_empty() || vpcs.contains(&control.vpc.as_str()));
            let item = format!("<item>{}</item>", control.written(id, "available"));
            let is_let_by = Element::parse(&item).is_some_and(|item| {
                let lets = |(name, values): &(String, Vec<String>)| match name.as_str() {
                    "vpc-encryption-control-id" => values.contains(id),
                    _ => lets_by(&item, name, values),
                };
                filters.iter().all(lets)
            });
            if is_asked && is_let_by {
                items.push_str(&item);
            }
        }
        let within = format!("<vpcEncryptionControlSet>{items}</vpcEncryptionControlSet>");
        answer("DescribeVpcEncryptionControls", &within)
    }

    /// Puts tags on controls or takes them off, and hands on what is about other things.
    fn tag(&self, call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let mut controls = lock(&self.controls);
        let named = call.numbered("ResourceId");
        let ours: Vec<String> = named
            .iter()
            .filter(|id| controls.contains_key(**id))
            .map(|id| (*id).to_owned())
            .collect();
        let has_others = ours.len() < named.len();
        let is_put = call.ec2_action() == Some("CreateTags");
        for (key, value) in call.tags("Tag.") {
            for id in &ours {
                if let Some(control) = controls.get_mut(id) {
                    control.tags.retain(|(held, _)| *held != key);
                    if is_put {
                        control.tags.push((key.clone(), value.clone()));
                    }
                }
            }
        }
        drop(controls);
        if ours.is_empty() || has_others {
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            let call = call.without_numbered("ResourceId", &ours);
            return next.run(call, notes);
        }
        done(call, notes, "<return>true</return>")
    }

    /// Adds the tags of controls to those moto knows.
    fn tell_tags(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let filters = call.filters();
        let place = call.place();
        let mut items = String::new();
        for (id, control) in lock(&self.controls).iter() {
            for (key, value) in &control.tags {
                let lets = |(name, values): &(String, Vec<String>)| {
                    let held = match name.as_str() {
                        "key" => key,
                        "value" => value,
                        "resource-id" => id,
                        "resource-type" => "vpc-encryption-control",
                        _ if name.strip_prefix("tag:") == Some(key) => value,
                        _ => return false,
                    };
                    values.iter().any(|wanted| wanted == held)
                };
                if control.place == place && filters.iter().all(lets) {
                    // Writing to a String cannot fail.
                    let _ = write!(
                        items,
                        "<item><key>{}</key><resourceId>{id}</resourceId>\
                         <resourceType>vpc-encryption-control</resourceType><value>{}</value></item>",
                        escape(key),
                        escape(value)
                    );
                }
            }
        }
        mend(next.run(call, notes), |root, editing| {
            if let Some(list) = root.child("tagSet").filter(|_| !items.is_empty()) {
                editing.append(list, &items);
            }
        })
    }
}

fn unknown(id: &str) -> Outcome {
    refuse(
        "InvalidVpcEncryptionControlId.NotFound",
        &format!("The VPC encryption control ID '{id}' does not exist"),
    )
}

impl Stage for Encryption {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        match call.ec2_action() {
            Some("CreateVpcEncryptionControl") => self.create(&call, notes, next),
            Some("ModifyVpcEncryptionControl") => self.modify(&call, notes),
            Some("DeleteVpcEncryptionControl") => self.delete(&call, notes),
            Some("DescribeVpcEncryptionControls") => self.describe(&call),
            Some("CreateTags" | "DeleteTags") => self.tag(&call, notes, next),
            Some("DescribeTags") => self.tell_tags(call, notes, next),
            Some("DeleteVpc") => {
                let vpc = call.parameter("VpcId").unwrap_or_default().to_owned();
                let outcome = next.run(call, notes);
                if good(&outcome).is_some() {
                    lock(&self.controls).retain(|_, control| control.vpc != vpc);
                }
                outcome
            }
            Some("DescribeVpcs") => mend(next.run(call, notes), |root, editing| {
                let controls = lock(&self.controls);
                for item in root.items("vpcSet") {
                    let vpc = item.get("vpcId").unwrap_or_default();
                    if let Some((id, control)) = controls.iter().find(|(_, it)| it.vpc == vpc) {
                        let written = control.written(id, "available");
                        let control = format!("<encryptionControl>{written}</encryptionControl>");
                        editing.append(item, &control);
                    }
                }
            }),
            _ => next.run(call, notes),
        }
    }

    fn forget(&self) {
        lock(&self.controls).clear();
    }
}
