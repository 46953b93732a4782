//! Taking back what a run made, and only that.

use super::attempts::Attempts;
use super::engine::{Applier, Ec2, Halt, Inner, News, Outcome, takes_away};
use super::journal::{End, Event, Phase};
use super::look::{items, record, records, text, text_at};
use super::run::{Run, Undone};
use super::schedule::{Ended, Node, carry_out};
use super::token::client_token;
use super::trace::{self, Begun, list_of, made_name};
use super::wait::Waiting;
use crate::network::Text;
use crate::steps::{Action, Call, Failed, List, Request, Step, Trouble, Wait};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many inverse calls are under way at a time.
const AT_ONCE: usize = 24;

/// How often strays are looked for after one look has found some.
const SWEEPS: usize = 5;

impl<C: Ec2> Applier<C> {
    /// Take back everything that this run made, in the graph's inverse order, and see that it is gone. What could not be
    /// taken back is in [`Run::left`].
    pub async fn roll_back(&self) -> Outcome {
        let inner = &self.inner;
        if inner.is_stopped() {
            return Outcome::Stopped;
        }
        if let Err(Halt::Failed(failed)) = inner.record(Event::Phase {
            phase: Phase::RollingBack,
        }) {
            return Outcome::NoJournal(failed.message);
        }
        if let Err(halt) = inner.settle_what_was_begun().await {
            return inner.halted(halt);
        }
        let run = self.run();
        let graph = &run.header.graph;
        let there: BTreeSet<Text> = made(&run).map(|step| step.id.clone()).collect();
        let nodes = graph.undo_order().filter(|step| there.contains(&step.id));
        let nodes = nodes.map(|step| Node {
            id: step.id.clone(),
            needs: graph
                .undo_needs(&step.id)
                .into_iter()
                .map(|step| step.id.clone())
                .filter(|id| there.contains(id))
                .collect(),
        });
        let stopped = || inner.is_stopped();
        carry_out(nodes.collect(), AT_ONCE, true, stopped, |id| {
            let inner = Arc::clone(inner);
            async move { inner.undo(&id).await }
        })
        .await;
        if inner.is_stopped() {
            return inner.ended(End::Stopped, Outcome::Stopped);
        }
        // What nobody knows of would never be found again.
        let strays = inner.remove_strays().await;
        let run = self.run();
        let is_gone = made(&run).next().is_none() && run.left().is_empty();
        if inner.is_stopped() {
            inner.ended(End::Stopped, Outcome::Stopped)
        } else if is_gone && strays.is_empty() {
            inner.ended(End::RolledBack, Outcome::Complete)
        } else {
            inner.ended(End::Left, Outcome::Left)
        }
    }
}

/// Steps that were done and can be taken back, and are not.
fn made(run: &Run) -> impl Iterator<Item = &Step> {
    run.steps()
        .filter(|(step, state)| {
            let is_over = |state: &super::run::StepState| {
                (0..step.inverse.len()).all(|call| state.undone.get(&call) == Some(&Undone::Done))
            };
            !step.inverse.is_empty()
                && state.is_some_and(|state| state.answer.is_some() && !is_over(state))
        })
        .map(|(step, _)| step)
}

/// A call that takes something back.
struct Taking {
    action: Action,
    parameters: Map<String, Value>,
    wait: Option<Wait>,
    /// What the call that is taken back was about, where its parameters do not tell.
    context: Option<Text>,
}

impl<C: Ec2> Inner<C> {
    fn halted(&self, halt: Halt) -> Outcome {
        match halt {
            Halt::Stopped => self.ended(End::Stopped, Outcome::Stopped),
            Halt::Failed(failed) => {
                let all = vec![(Text::default(), failed)];
                self.ended(End::Left, Outcome::Failed(all))
            }
        }
    }

    /// Calls that may have been carried out and have no answer: what they made is found, or they made nothing.
    async fn settle_what_was_begun(&self) -> Result<(), Halt> {
        let run = self.run();
        for (step, state) in run.steps() {
            let Some((state, parameters)) = state
                .filter(|state| state.answer.is_none() && state.in_doubt)
                .and_then(|state| Some((state, state.begun.as_ref()?)))
            else {
                continue;
            };
            let action = step.call.action;
            let name = &run.header.run;
            let token = action
                .token()
                .map(|_| client_token(name, &step.id, state.round));
            let begun = Begun {
                run: name,
                step,
                parameters,
                context: state.context.as_deref(),
                token: token.as_deref(),
            };
            let answer = match self.look_for(&begun, self.patience.looks).await {
                Ok(answer) => answer,
                // What the call was about is not there either.
                Err(Halt::Failed(failed)) if failed.trouble == Trouble::NotFound => None,
                Err(halt) => return Err(halt),
            };
            // What cannot be found is set back all the same where that does no harm.
            let answer = answer.or_else(|| {
                let is_set = !trace::can_be_found(action) && step.output.is_none();
                is_set.then(|| json!({}))
            });
            match answer {
                Some(answer) => self.done(step, answer, true)?,
                None => self.record(Event::NotMade {
                    step: step.id.clone(),
                })?,
            }
        }
        Ok(())
    }

    /// Make the inverse calls of a step, in their order.
    pub(super) async fn undo(&self, id: &str) -> Ended {
        let Some(step) = self.with_run(|run| run.header.graph.step(id).cloned()) else {
            return Ended::Failed;
        };
        for (number, call) in step.inverse.iter().enumerate() {
            let is_done = self.with_run(|run| {
                let state = run.state(&step.id);
                state.is_some_and(|state| state.undone.get(&number) == Some(&Undone::Done))
            });
            if is_done {
                continue;
            }
            let (step_id, begin) = (step.id.clone(), step.id.clone());
            let begun = self.record(Event::UndoBegin {
                step: begin,
                call: number,
            });
            let result = match begun {
                Ok(()) => self.take_back(&step, call).await,
                Err(halt) => Err(halt),
            };
            let recorded = match result {
                Ok(()) => self.record(Event::Undone {
                    step: step_id,
                    call: number,
                }),
                Err(Halt::Stopped) => return Ended::Stopped,
                Err(Halt::Failed(failed)) => {
                    let holders = self.holders(call).await;
                    // Where that cannot be written, the end of the run says so.
                    let _ = self.record(Event::UndoFailed {
                        step: step_id,
                        call: number,
                        failed,
                        holders,
                    });
                    return Ended::Failed;
                }
            };
            if recorded.is_err() {
                return Ended::Failed;
            }
        }
        Ended::Done
    }

    async fn take_back(&self, step: &Step, call: &Call) -> Result<(), Halt> {
        let parameters = match self.parameters(call).await {
            Ok(parameters) => parameters,
            // What it would name is gone, and it with that.
            Err(Halt::Failed(failed))
                if failed.trouble == Trouble::NotFound && takes_away(call.action) =>
            {
                return Ok(());
            }
            Err(halt) => return Err(halt),
        };
        let context = self.with_run(|run| run.state(&step.id)?.context.clone());
        let taking = Taking {
            action: call.action,
            parameters,
            wait: call.wait,
            context,
        };
        self.remove(&step.id, taking).await
    }

    /// Make a call that takes something back, until it is so.
    async fn remove(&self, step: &Text, taking: Taking) -> Result<(), Halt> {
        let Taking {
            action,
            parameters,
            wait,
            context,
        } = taking;
        let request = Request {
            action,
            parameters,
            token: None,
            dry_run: false,
        };
        let mut attempts = Attempts::new(&self.patience);
        let mut looks = 0;
        let answer = loop {
            self.take_turn(action).await?;
            let failed = match self.perform(&request, true).await {
                Ok(answer) => break Some(answer),
                Err(failed) => failed,
            };
            if failed.trouble == Trouble::NotFound {
                let context = context.as_deref();
                let replaced = self
                    .ask(|| trace::replaced(&self.ec2, action, &request.parameters, context))
                    .await?;
                if replaced.is_some() {
                    break replaced;
                }
            }
            let is_gone = match failed.trouble {
                Trouble::NotFound => takes_away(action),
                // Deleting what is on its way out is a conflict for some kinds.
                Trouble::Conflict => list_of_taking(action).is_some(),
                // What is put back is there already.
                Trouble::Exists => break None,
                _ => false,
            };
            let is_gone = is_gone
                && self
                    .ask(|| trace::is_gone(&self.ec2, action, &request.parameters, &failed))
                    .await?;
            // What is new may be unknown for a while, to lists as well, and is there all the same.
            looks = if is_gone { looks + 1 } else { 0 };
            let is_sure = failed.trouble == Trouble::Conflict || looks >= self.patience.looks;
            if is_gone && is_sure {
                break None;
            }
            if !is_gone && !attempts.goes_on(failed.trouble) {
                return Err(failed.into());
            }
            self.tell(News::Again {
                step: step.clone(),
                failed,
            });
            let pause = if is_gone {
                self.patience.look_pause
            } else {
                attempts.pause()
            };
            self.sleep(pause).await?;
        };
        if let Some(wait) = wait {
            let waiting = Waiting {
                wait,
                parameters: &request.parameters,
                answer: answer.as_ref(),
                made: None,
            };
            self.wait(step, &waiting, false).await?;
        }
        Ok(())
    }

    /// Remove what carries the tags of this run and of one of its steps, and has an id that the run does not know: what
    /// was made twice after a lost answer is found here and nowhere else. What could not be removed, and why; nothing is
    /// told where it was stopped.
    pub(super) async fn remove_strays(&self) -> Vec<(Text, Failed)> {
        let run = self.run();
        let mut names: BTreeMap<List, BTreeSet<Text>> = BTreeMap::new();
        for step in run.header.graph.steps() {
            if let Some(list) = list_of(step.call.action) {
                names.entry(list).or_default().insert(made_name(step));
            }
        }
        let lists: Vec<List> = REMOVALS
            .iter()
            .map(|(list, ..)| *list)
            .filter(|list| names.contains_key(list))
            .collect();
        let known = run.known();
        let mut failures: BTreeMap<Text, Failed> = BTreeMap::new();
        for sweep in 0..SWEEPS {
            let found = match self
                .ask(|| trace::tagged(&self.ec2, &run.header.run, &lists))
                .await
            {
                Ok(found) => found,
                Err(Halt::Stopped) => return Vec::new(),
                Err(Halt::Failed(failed)) => {
                    return vec![("looking for what was made twice".into(), failed)];
                }
            };
            let strays: Vec<_> = found
                .into_iter()
                .filter(|(list, id, name)| {
                    names[list].contains(name) && !known.contains(id.as_str())
                })
                .collect();
            if strays.is_empty() {
                if sweep == 0 && self.patience.looks > 1 {
                    // What was made last may not be seen at the first look.
                    if self.sleep(self.patience.look_pause).await.is_err() {
                        return Vec::new();
                    }
                    continue;
                }
                failures.clear();
                // What could not be removed before is gone now, whoever did that.
                let left: Vec<String> = self.with_run(|run| run.strays_left().cloned().collect());
                for what in left {
                    if self.record(Event::Stray { what }).is_err() {
                        return Vec::new();
                    }
                }
                break;
            }
            for (list, id, _) in strays {
                let name = Text::from(id.as_str());
                match self.remove_stray(list, &id).await {
                    Ok(()) => {
                        failures.remove(&name);
                        if self.record(Event::Stray { what: id }).is_err() {
                            return Vec::new();
                        }
                    }
                    Err(Halt::Stopped) => return Vec::new(),
                    Err(Halt::Failed(failed)) => {
                        failures.insert(name, failed);
                    }
                }
            }
        }
        for (id, failed) in &failures {
            let left = self.record(Event::StrayLeft {
                what: id.to_string(),
                failed: failed.clone(),
            });
            if left.is_err() {
                return Vec::new();
            }
        }
        failures.into_iter().collect()
    }

    async fn remove_stray(&self, list: List, id: &str) -> Result<(), Halt> {
        let Some((_, action, parameter, wait)) = REMOVALS.iter().find(|it| it.0 == list) else {
            return Ok(());
        };
        let step = Text::from(id);
        if list == List::InternetGateways
            && let Some(gateway) = self.ask(|| record(&self.ec2, list, id)).await?
        {
            for attachment in items(&gateway, "Attachments") {
                let mut parameters = Map::new();
                parameters.insert("InternetGatewayId".to_owned(), json!(id));
                let vpc = attachment.get("VpcId").cloned().unwrap_or_default();
                parameters.insert("VpcId".to_owned(), vpc);
                let taking = Taking {
                    action: Action::DetachInternetGateway,
                    parameters,
                    wait: None,
                    context: None,
                };
                self.remove(&step, taking).await?;
            }
        }
        let mut parameters = Map::new();
        let value = if parameter.ends_with('s') {
            json!([id])
        } else {
            json!(id)
        };
        parameters.insert((*parameter).to_owned(), value);
        let taking = Taking {
            action: *action,
            parameters,
            wait: *wait,
            context: None,
        };
        self.remove(&step, taking).await
    }

    /// Who holds what could not be removed, as far as EC2 tells.
    async fn holders(&self, call: &Call) -> Vec<String> {
        let Ok(parameters) = self.parameters(call).await else {
            return Vec::new();
        };
        let named = |name: &str| parameters.get(name).and_then(Value::as_str);
        let filter = match call.action {
            Action::DeleteSubnet => named("SubnetId").map(|id| ("subnet-id", id)),
            Action::DeleteVpc | Action::DetachInternetGateway => {
                named("VpcId").map(|id| ("vpc-id", id))
            }
            Action::DeleteSecurityGroup => named("GroupId").map(|id| ("group-id", id)),
            _ => None,
        };
        let mut holders = Vec::new();
        let Some(filter) = filter else { return holders };
        let filters = [filter];
        let ours: BTreeSet<String> = self.with_run(|run| {
            let ids = run.steps().filter_map(|(_, state)| state?.id.clone());
            ids.map(String::from).collect()
        });
        let interfaces = self
            .ask(|| records(&self.ec2, List::NetworkInterfaces, &filters))
            .await
            .unwrap_or_default();
        for interface in &interfaces {
            let Some(id) = text(interface, "NetworkInterfaceId") else {
                continue;
            };
            let of = text_at(interface, "Attachment.InstanceId")
                .or_else(|| text(interface, "Description"))
                .filter(|text| !text.is_empty());
            holders.push(match of {
                Some(of) => format!("network interface {id} ({of})"),
                None => format!("network interface {id}"),
            });
        }
        if call.action == Action::DeleteVpc {
            for (list, word) in [
                (List::Subnets, "subnet"),
                (List::SecurityGroups, "security group"),
                (List::RouteTables, "route table"),
                (List::NetworkAcls, "network ACL"),
                (List::VpcEndpoints, "endpoint"),
            ] {
                let found = self.ask(|| records(&self.ec2, list, &filters)).await;
                for it in found.unwrap_or_default() {
                    let member = super::look::id_of(list).0;
                    let Some(id) = text(&it, member) else {
                        continue;
                    };
                    let comes_along = text(&it, "GroupName") == Some("default")
                        || it.get("IsDefault") == Some(&json!(true))
                        || items(&it, "Associations")
                            .iter()
                            .any(|it| it.get("Main") == Some(&json!(true)));
                    let is_its = text(&it, "VpcId") == Some(filter.1);
                    if is_its && !comes_along {
                        let whose = if ours.contains(id) {
                            ""
                        } else {
                            " (not of this run)"
                        };
                        holders.push(format!("{word} {id}{whose}"));
                    }
                }
            }
        }
        holders
    }
}

/// How what is in a list is removed: by which call, which parameter, and what to wait for; in the order of removal.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html>
const REMOVALS: [(List, Action, &str, Option<Wait>); 15] = [
    (List::FlowLogs, Action::DeleteFlowLogs, "FlowLogIds", None),
    (
        List::NatGateways,
        Action::DeleteNatGateway,
        "NatGatewayId",
        Some(Wait::NatGatewayDeleted),
    ),
    (
        List::Addresses,
        Action::ReleaseAddress,
        "AllocationId",
        None,
    ),
    (
        List::VpcEndpoints,
        Action::DeleteVpcEndpoints,
        "VpcEndpointIds",
        Some(Wait::VpcEndpointDeleted),
    ),
    (
        List::TransitGatewayVpcAttachments,
        Action::DeleteTransitGatewayVpcAttachment,
        "TransitGatewayAttachmentId",
        Some(Wait::TransitGatewayAttachmentDeleted),
    ),
    (
        List::VpcPeeringConnections,
        Action::DeleteVpcPeeringConnection,
        "VpcPeeringConnectionId",
        None,
    ),
    (
        List::VpnGateways,
        Action::DeleteVpnGateway,
        "VpnGatewayId",
        None,
    ),
    (
        List::SecurityGroups,
        Action::DeleteSecurityGroup,
        "GroupId",
        None,
    ),
    (List::Subnets, Action::DeleteSubnet, "SubnetId", None),
    (
        List::RouteTables,
        Action::DeleteRouteTable,
        "RouteTableId",
        None,
    ),
    (
        List::NetworkAcls,
        Action::DeleteNetworkAcl,
        "NetworkAclId",
        None,
    ),
    (
        List::InternetGateways,
        Action::DeleteInternetGateway,
        "InternetGatewayId",
        None,
    ),
    (
        List::EgressOnlyInternetGateways,
        Action::DeleteEgressOnlyInternetGateway,
        "EgressOnlyInternetGatewayId",
        None,
    ),
    (
        List::VpcEncryptionControls,
        Action::DeleteVpcEncryptionControl,
        "VpcEncryptionControlId",
        None,
    ),
    (List::Vpcs, Action::DeleteVpc, "VpcId", None),
];

/// The list that what a call takes away is in.
fn list_of_taking(action: Action) -> Option<List> {
    let found = REMOVALS.iter().find(|(_, taking, ..)| *taking == action);
    found.map(|(list, ..)| *list)
}
