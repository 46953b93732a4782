//! Many things to do, some of which wait for others.

use crate::network::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use tokio::task::JoinSet;

/// Something to do, and what has to be over before.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub id: Text,
    pub needs: BTreeSet<Text>,
}

/// How one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Well.
    Done,
    /// Not well.
    Failed,
    /// It was stopped before it was over.
    Stopped,
}

/// Does all of it, what is ready side by side in the order of the list, and says what became of each that was begun.
/// A need that is not in the list counts as over. After a failure nothing more is begun, or, where `all` is to be tried,
/// nothing that needs what failed; nor is anything after `stopped` says so. What is under way is waited for.
pub(super) async fn carry_out<F>(
    nodes: Vec<Node>,
    at_once: usize,
    all: bool,
    stopped: impl Fn() -> bool,
    begin: impl Fn(Text) -> F,
) -> BTreeMap<Text, Ended>
where
    F: Future<Output = Ended> + Send + 'static,
{
    let known: BTreeSet<Text> = nodes.iter().map(|node| node.id.clone()).collect();
    let mut waiting = nodes;
    let mut over: BTreeMap<Text, Ended> = BTreeMap::new();
    let mut running: JoinSet<(Text, Ended)> = JoinSet::new();
    let mut tasks: BTreeMap<tokio::task::Id, Text> = BTreeMap::new();
    let mut halted = false;
    loop {
        let is_over = |need: &Text, over: &BTreeMap<Text, Ended>| {
            !known.contains(need) || over.get(need) == Some(&Ended::Done)
        };
        let mut at = 0;
        while !halted && !stopped() && running.len() < at_once {
            let ready = waiting.get(at..).and_then(|rest| {
                let is_ready = |node: &Node| node.needs.iter().all(|it| is_over(it, &over));
                rest.iter().position(is_ready)
            });
            let Some(found) = ready else { break };
            at += found;
            let node = waiting.remove(at);
            let work = begin(node.id.clone());
            let id = node.id.clone();
            let task = running.spawn(async move { (node.id, work.await) });
            tasks.insert(task.id(), id);
        }
        match running.join_next().await {
            None => break,
            Some(Ok((id, ended))) => {
                halted |= ended == Ended::Stopped || (ended == Ended::Failed && !all);
                over.insert(id, ended);
            }
            // A task that panicked is a defect of ours, and nothing is begun on it.
            Some(Err(error)) => {
                halted = true;
                over.extend(tasks.remove(&error.id()).map(|id| (id, Ended::Failed)));
            }
        }
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    fn node(id: &str, needs: &[&str]) -> Node {
        Node {
            id: id.into(),
            needs: needs.iter().map(|it| Text::from(*it)).collect(),
        }
    }

    async fn run(nodes: Vec<Node>, bad: &'static str, all: bool) -> (Vec<Text>, usize) {
        let order = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&order);
        let over = carry_out(
            nodes,
            2,
            all,
            || false,
            move |id| {
                let order = Arc::clone(&kept);
                async move {
                    order.lock().unwrap().push(id.clone());
                    tokio::task::yield_now().await;
                    if id == bad {
                        Ended::Failed
                    } else {
                        Ended::Done
                    }
                }
            },
        )
        .await;
        let order = order.lock().unwrap().clone();
        (order, over.len())
    }

    #[tokio::test]
    async fn what_is_needed_comes_first_and_failures_halt() {
        let nodes = vec![
            node("c", &["b"]),
            node("a", &[]),
            node("b", &["a", "elsewhere"]),
            node("d", &["a"]),
        ];
        let (order, _) = run(nodes.clone(), "", false).await;
        assert_eq!(order, ["a", "b", "d", "c"]);
        let (order, over) = run(nodes.clone(), "b", false).await;
        assert_eq!((order.len(), over), (3, 3), "{order:?}");
        let (order, over) = run(nodes, "b", true).await;
        assert_eq!(
            (order.as_slice(), over),
            (["a", "b", "d"].map(Text::from).as_slice(), 3)
        );
    }

    #[tokio::test]
    async fn a_word_to_stop_begins_nothing_more() {
        let over = carry_out(
            vec![node("a", &[])],
            2,
            false,
            || true,
            |_| async { Ended::Done },
        )
        .await;
        assert!(over.is_empty());
    }
}
