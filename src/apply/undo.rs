//! Taking back what a run made, and only that.

use super::engine::{Applier, Ec2, Halt, Inner, News, Outcome, is_within, takes_away};
use super::journal::{End, Event, Phase};
use super::look::{items, record, records, text, text_at};
use super::run::{Run, Undone};
use super::schedule::{Ended, Node, carry_out};
use super::token::client_token;
use super::trace::{self, Begun, list_of};
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
        inner.restart();
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
        let run = self.run();
        let kept: BTreeSet<String> = made(&run)
            .filter_map(|step| run.state(&step.id)?.id.clone())
            .map(String::from)
            .collect();
        let is_swept = inner.remove_strays(&kept).await;
        let run = self.run();
        let is_gone = made(&run).next().is_none() && run.left().is_empty();
        if inner.is_stopped() {
            inner.ended(End::Stopped, Outcome::Stopped)
        } else if is_gone && is_swept {
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

    /// Calls that were begun and have no answer: what they made is found, or they made nothing.
    async fn settle_what_was_begun(&self) -> Result<(), Halt> {
        let run = self.run();
        for (step, state) in run.steps() {
            let Some(parameters) = state
                .filter(|state| state.answer.is_none())
                .and_then(|state| state.begun.as_ref())
            else {
                continue;
            };
            let action = step.call.action;
            let name = &run.header.run;
            let token = action.token().map(|_| client_token(name, &step.id));
            let begun = Begun {
                run: name,
                step,
                parameters,
                context: state.and_then(|state| state.context.as_deref()),
                token: token.as_deref(),
            };
            let answer = match self.look_for(&begun).await {
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
            if let Some(answer) = answer {
                self.done(step, answer, true)?;
            }
        }
        Ok(())
    }

    async fn undo(&self, id: &str) -> Ended {
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
        self.remove(&step.id, call.action, call.wait, parameters)
            .await
    }

    /// Make a call that takes something away, until that is gone.
    async fn remove(
        &self,
        step: &Text,
        action: Action,
        wait: Option<Wait>,
        parameters: Map<String, Value>,
    ) -> Result<(), Halt> {
        let request = Request {
            action,
            parameters,
            token: None,
            dry_run: false,
        };
        let mut attempt = 0;
        let mut looks = 0;
        // Each from when it was first so: an answer that was lost may have taken minutes before.
        let (mut unseen_since, mut held_since) = (None, None);
        loop {
            self.pace.take(action).await;
            let Err(failed) = self.ec2.perform(&request).await else {
                break;
            };
            let goes_on = match failed.trouble {
                Trouble::Throttled | Trouble::Unsent | Trouble::Server | Trouble::Lost => {
                    attempt < self.patience.attempts
                }
                // What is new may be unknown for a while, and is there all the same.
                Trouble::NotFound => {
                    let is_gone = takes_away(action)
                        && self
                            .ask(|| trace::is_gone(&self.ec2, action, &request.parameters))
                            .await?;
                    if is_gone {
                        looks += 1;
                        if looks >= self.patience.looks {
                            break;
                        }
                        true
                    } else {
                        looks = 0;
                        is_within(&mut unseen_since, self.patience.unseen)
                    }
                }
                Trouble::Conflict => {
                    // Deleting what is on its way out is a conflict for some kinds.
                    let has_record = list_of_taking(action).is_some();
                    if has_record
                        && self
                            .ask(|| trace::is_gone(&self.ec2, action, &request.parameters))
                            .await?
                    {
                        break;
                    }
                    is_within(&mut held_since, self.patience.conflict)
                }
                // What is put back is there already.
                Trouble::Exists => break,
                _ => false,
            };
            if !goes_on {
                return Err(failed.into());
            }
            self.tell(News::Again {
                step: step.clone(),
                failed,
            });
            self.sleep(self.backoff(attempt)).await?;
            attempt += 1;
        }
        if let Some(wait) = wait {
            let waiting = Waiting {
                wait,
                parameters: &request.parameters,
                answer: None,
                made: None,
            };
            self.wait(step, &waiting).await?;
        }
        Ok(())
    }

    /// Remove what carries the tag of this run and is none of these; whether nothing of that is left, as far as can be
    /// told. What was made twice after a lost answer is found here and nowhere else.
    pub(super) async fn remove_strays(&self, known: &BTreeSet<String>) -> bool {
        let run = self.run();
        let lists: BTreeSet<List> = run
            .header
            .graph
            .steps()
            .filter_map(|step| list_of(step.call.action))
            .collect();
        let lists: Vec<List> = REMOVALS
            .iter()
            .map(|(list, ..)| *list)
            .filter(|list| lists.contains(list))
            .collect();
        let name = &run.header.run;
        let mut failures: BTreeMap<String, Failed> = BTreeMap::new();
        for sweep in 0..SWEEPS {
            let Ok(found) = self.ask(|| trace::tagged(&self.ec2, name, &lists)).await else {
                return false;
            };
            let strays: Vec<_> = found
                .into_iter()
                .filter(|(_, id, _)| !known.contains(id))
                .collect();
            if strays.is_empty() {
                if sweep == 0 && self.patience.looks > 1 {
                    // What was made last may not be seen at the first look.
                    if self.sleep(self.patience.look_pause).await.is_err() {
                        return false;
                    }
                    continue;
                }
                return true;
            }
            for (list, id, _) in strays {
                match self.remove_stray(list, &id).await {
                    Ok(()) => {
                        failures.remove(&id);
                        if self.record(Event::Stray { what: id }).is_err() {
                            return false;
                        }
                    }
                    Err(Halt::Stopped) => return false,
                    Err(Halt::Failed(failed)) => {
                        failures.insert(id, failed);
                    }
                }
            }
        }
        failures.is_empty()
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
                self.remove(&step, Action::DetachInternetGateway, None, parameters)
                    .await?;
            }
        }
        let mut parameters = Map::new();
        let value = if parameter.ends_with('s') {
            json!([id])
        } else {
            json!(id)
        };
        parameters.insert((*parameter).to_owned(), value);
        self.remove(&step, *action, *wait, parameters).await
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
