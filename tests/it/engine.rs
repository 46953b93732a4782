//! Carrying out small graphs before an EC2 in this process that says what a test wants: what was refused, lost or done by
//! others at a bad moment.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use vpc_atlas::apply::{Applier, Ec2, Header, Outcome, Pace, Patience, Run, Sink, dry_run};
use vpc_atlas::steps::{Failed, List, Look, Request, StepGraph, Trouble};

/// What is said to a call, instead of doing it and saying so.
#[derive(Clone)]
enum Say {
    /// This, and nothing is done.
    No(Trouble),
    /// The same with AWS's code.
    Code(Trouble, &'static str),
    /// Nothing, and it is done.
    Done,
    /// Nothing, and nobody knows: it is done, and seen after so many looks.
    LateBy(usize),
    /// What is usual.
    Nothing,
    /// Nothing: whoever asks falls over.
    Panic,
}

#[derive(Default)]
struct Book {
    says: BTreeMap<&'static str, VecDeque<Say>>,
    there: BTreeMap<List, Vec<Value>>,
    /// States that NAT gateways come to, one after another; then they are available.
    nat_states: VecDeque<&'static str>,
    /// For how many looks nothing new is seen.
    blind: usize,
    asked: Vec<Request>,
    made: usize,
}

/// An account with next to nothing in it.
#[derive(Clone, Default)]
struct Place(Arc<Mutex<Book>>);

/// By action: the list, the member that holds the id there, and where it stands in the answer.
fn made_by(action: &str) -> Option<(List, &'static str, &'static str)> {
    Some(match action {
        "CreateVpc" => (List::Vpcs, "VpcId", "Vpc"),
        "CreateSubnet" => (List::Subnets, "SubnetId", "Subnet"),
        "CreateNatGateway" => (List::NatGateways, "NatGatewayId", "NatGateway"),
        _ => return None,
    })
}

impl Place {
    fn book<T>(&self, read: impl FnOnce(&mut Book) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn say(&self, action: &'static str, say: impl IntoIterator<Item = Say>) -> &Self {
        self.book(|book| book.says.entry(action).or_default().extend(say));
        self
    }

    /// The calls of an action, by their parameters.
    fn asked(&self, action: &str) -> Vec<Request> {
        let is_it = |request: &&Request| request.action.name() == action;
        self.book(|book| book.asked.iter().filter(is_it).cloned().collect())
    }

    fn ids(&self, list: List, member: &str) -> Vec<String> {
        let id = |it: &Value| it[member].as_str().unwrap().to_owned();
        self.book(|book| book.there.entry(list).or_default().iter().map(id).collect())
    }
}

fn failed(trouble: Trouble) -> Failed {
    Failed {
        trouble,
        code: None,
        message: format!("{trouble:?}"),
    }
}

impl Book {
    fn carry_out(&mut self, request: &Request) -> Value {
        let action = request.action.name();
        if let Some((list, member, root)) = made_by(action) {
            self.made += 1;
            let id = format!("{}-{}", root.to_lowercase(), self.made);
            let tags = &request.parameters["TagSpecifications"][0]["Tags"];
            let state = match list {
                List::NatGateways => self.nat_states.pop_front().unwrap_or("available"),
                _ => "available",
            };
            let mut record = json!({ "State": state, "Tags": tags });
            record[member] = json!(id);
            self.there.entry(list).or_default().push(record);
            return json!({ root: { member: id } });
        }
        if action == "ReplaceRouteTableAssociation" {
            self.made += 1;
            let id = format!("rtbassoc-{}", self.made);
            let tied = json!({ "SubnetId": "subnet-1", "RouteTableAssociationId": id });
            for table in self.there.get_mut(&List::RouteTables).unwrap() {
                let is_it = table["RouteTableId"] == request.parameters["RouteTableId"];
                table["Associations"] = if is_it { json!([tied]) } else { json!([]) };
            }
            return json!({ "NewAssociationId": id });
        }
        if action.starts_with("Delete") {
            let id = request.parameters.values().next().unwrap();
            for list in self.there.values_mut() {
                list.retain(|it| it.as_object().unwrap().values().all(|value| value != id));
            }
        }
        json!({})
    }
}

impl Ec2 for Place {
    async fn perform(&self, request: &Request) -> Result<Value, Failed> {
        self.book(|book| {
            book.asked.push(request.clone());
            let says = book.says.get_mut(request.action.name());
            match says.and_then(VecDeque::pop_front) {
                None | Some(Say::Nothing) => Ok(book.carry_out(request)),
                Some(Say::No(trouble)) => Err(failed(trouble)),
                Some(Say::Code(trouble, code)) => Err(Failed {
                    code: Some(code.into()),
                    ..failed(trouble)
                }),
                Some(Say::Done) => {
                    book.carry_out(request);
                    Err(failed(Trouble::Lost))
                }
                Some(Say::Panic) => panic!("a defect"),
                Some(Say::LateBy(looks)) => {
                    book.carry_out(request);
                    book.blind = looks;
                    Err(failed(Trouble::Lost))
                }
            }
        })
    }

    async fn look(&self, look: &Look) -> Result<Vec<Value>, Failed> {
        self.book(|book| {
            if book.blind > 0 {
                book.blind -= 1;
                return Ok(Vec::new());
            }
            Ok(book.there.get(&look.list).cloned().unwrap_or_default())
        })
    }
}

/// A journal that takes so many lines and then has no room.
#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<String>>>, usize);

impl Sink for Lines {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let mut lines = self.0.lock().unwrap();
        if lines.len() >= self.1 {
            return Err("no space is left on the disk".to_owned());
        }
        lines.push(line.to_owned());
        Ok(())
    }
}

fn patience() -> Patience {
    Patience {
        attempts: 3,
        backoff: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(2),
        looks: 3,
        look_pause: Duration::from_millis(1),
        unseen: Duration::from_millis(50),
        conflict: Duration::from_millis(50),
        wait: Duration::from_millis(50),
        poll: Duration::from_millis(1),
    }
}

/// A call with its parameters, and the call that takes it back with its own.
type Change = (&'static str, Value, Option<(&'static str, Value)>);

/// The steps of a VPC and, one after another, of what these add.
fn graph(steps: &[Change]) -> StepGraph {
    let vpc = json!({ "$made": { "kind": "vpc", "id": "planned:main" } });
    let mut all = vec![json!({
        "id": "CreateVpc main", "call": "CreateVpc",
        "parameters": { "CidrBlock": "10.0.0.0/16" }, "needs": [],
        "about": { "kind": "vpc", "id": "planned:main" },
        "makes": { "kind": "vpc", "id": "planned:main" },
        "output": "Vpc.VpcId", "wait": "vpc-available",
        "inverse": [{ "call": "DeleteVpc", "parameters": { "VpcId": vpc } }],
    })];
    let mut order = vec!["CreateVpc main".to_owned()];
    for (call, parameters, inverse) in steps {
        let id = format!("{call} {}", order.len());
        let mut step = json!({
            "id": id, "call": call, "parameters": parameters, "needs": [order.last().unwrap()],
            "about": { "kind": "vpc", "id": "planned:main" },
            "inverse": inverse.iter().map(|(call, parameters)| {
                json!({ "call": call, "parameters": parameters })
            }).collect::<Vec<_>>(),
        });
        if *call == "CreateNatGateway" {
            step["makes"] = json!({ "kind": "natgateway", "id": "planned:main" });
            step["output"] = json!("NatGateway.NatGatewayId");
            step["wait"] = json!("nat-gateway-available");
        }
        all.push(step);
        order.push(id);
    }
    order.reverse();
    serde_json::from_value(json!({ "steps": all, "inverse_order": order })).unwrap()
}

/// A rule for the group `sg-1`, of these blocks.
fn rules(blocks: &[&str]) -> Value {
    let ranges: Vec<Value> = blocks.iter().map(|it| json!({ "CidrIp": it })).collect();
    json!({ "GroupId": "sg-1", "IpPermissions": [{ "IpProtocol": "tcp", "IpRanges": ranges }] })
}

const ALLOW: &str = "AuthorizeSecurityGroupIngress";
const REVOKE: &str = "RevokeSecurityGroupIngress";

fn allowing() -> StepGraph {
    let rule = rules(&["10.1.0.0/16"]);
    graph(&[(ALLOW, rule.clone(), Some((REVOKE, rule)))])
}

fn with_nat() -> StepGraph {
    let gateway = json!({ "$made": { "kind": "natgateway", "id": "planned:main" } });
    let inverse = ("DeleteNatGateway", json!({ "NatGatewayId": gateway }));
    graph(&[(
        "CreateNatGateway",
        json!({ "SubnetId": "subnet-1" }),
        Some(inverse),
    )])
}

fn header(graph: StepGraph) -> Header {
    Header {
        vpc_atlas_run: Header::FORMAT,
        run: "20260101-000000-aaaaaa".into(),
        at: 0,
        label: "test".to_owned(),
        account: None,
        region: "eu-west-1".into(),
        profile: None,
        ticket: None,
        reason: None,
        tag_ticket: false,
        given: Vec::new(),
        graph,
        plan: String::new(),
    }
}

fn begun(place: &Place, graph: StepGraph, room: usize) -> (Applier<Place>, Lines) {
    let header = header(graph);
    let first = serde_json::to_string(&header).unwrap();
    let lines = Lines(Arc::new(Mutex::new(vec![first])), room);
    (resumed(place, &lines), lines)
}

fn resumed(place: &Place, lines: &Lines) -> Applier<Place> {
    let run = Run::read(&lines.0.lock().unwrap()).unwrap();
    Applier::new(
        place.clone(),
        run,
        Box::new(lines.clone()),
        Pace::unlimited(),
        patience(),
        Box::new(|_| {}),
    )
}

fn fails_with(outcome: &Outcome, trouble: Trouble) -> bool {
    matches!(outcome, Outcome::Failed(all) if matches!(all.as_slice(), [(_, it)] if it.trouble == trouble))
}

/// What somebody else had made is not taken for the run's own, and not taken away with it.
#[tokio::test]
async fn what_was_refused_is_not_taken_back() {
    for says in [
        vec![Say::No(Trouble::Exists)],
        vec![Say::No(Trouble::Throttled), Say::No(Trouble::Exists)],
        vec![Say::No(Trouble::Denied)],
    ] {
        let place = Place::default();
        place.say(ALLOW, says);
        let (applier, lines) = begun(&place, allowing(), 99);
        assert!(matches!(applier.apply().await, Outcome::Failed(_)));
        assert_eq!(resumed(&place, &lines).roll_back().await, Outcome::Complete);
        assert!(place.asked(REVOKE).is_empty());
        assert_eq!(place.asked("DeleteVpc").len(), 1);
        assert!(place.ids(List::Vpcs, "VpcId").is_empty());
    }
}

/// A failed step is not taken for done when it is gone on with and refused again.
#[tokio::test]
async fn going_on_does_not_make_a_refusal_a_success() {
    let place = Place::default();
    place.say(ALLOW, [Say::No(Trouble::Exists), Say::No(Trouble::Exists)]);
    let (applier, lines) = begun(&place, allowing(), 99);
    applier.apply().await;
    let outcome = resumed(&place, &lines).apply().await;
    assert!(fails_with(&outcome, Trouble::Exists), "{outcome:?}");
}

/// After a lost answer what is there is the run's own, and goes with it.
#[tokio::test]
async fn what_was_lost_is_taken_back() {
    let place = Place::default();
    place.say(ALLOW, [Say::Done, Say::No(Trouble::Exists)]);
    let (applier, _) = begun(&place, allowing(), 99);
    assert_eq!(applier.apply().await, Outcome::Complete);
    assert_eq!(applier.roll_back().await, Outcome::Complete);
    assert_eq!(place.asked(REVOKE).len(), 1);
}

/// A second call is refused for the sake of what the first has made, which nobody could see at once.
#[tokio::test]
async fn what_stands_in_the_way_may_be_ones_own() {
    for trouble in [Trouble::Conflict, Trouble::Quota, Trouble::NotFound] {
        let place = Place::default();
        place.say("CreateVpc", [Say::LateBy(3), Say::No(trouble)]);
        let (applier, _) = begun(&place, graph(&[]), 99);
        assert_eq!(applier.apply().await, Outcome::Complete, "{trouble:?}");
        assert_eq!(place.ids(List::Vpcs, "VpcId"), ["vpc-1"]);
        assert_eq!(place.asked("CreateVpc").len(), 2);
    }
}

/// EC2 revokes none of several rules where one is not there.
#[tokio::test]
async fn each_rule_that_is_there_is_revoked() {
    let place = Place::default();
    place.say(
        REVOKE,
        [Say::No(Trouble::NotFound), Say::No(Trouble::NotFound)],
    );
    let taken = rules(&["10.1.0.0/16", "10.2.0.0/16"]);
    let (applier, _) = begun(&place, graph(&[(REVOKE, taken, None)]), 99);
    assert_eq!(applier.apply().await, Outcome::Complete);
    let asked = place.asked(REVOKE);
    let blocks = |request: &Request| {
        let ranges = request.parameters["IpPermissions"][0]["IpRanges"].as_array();
        ranges.unwrap().clone()
    };
    assert_eq!(asked.len(), 3);
    assert_eq!(blocks(&asked[1]), [json!({ "CidrIp": "10.1.0.0/16" })]);
    assert_eq!(blocks(&asked[2]), [json!({ "CidrIp": "10.2.0.0/16" })]);
}

/// A NAT gateway that failed is taken away and made anew when the run is gone on with; another token, or EC2 would give
/// the failed one again.
#[tokio::test]
async fn what_came_to_nothing_is_made_anew() {
    let place = Place::default();
    place.book(|book| book.nat_states.push_back("failed"));
    let (applier, lines) = begun(&place, with_nat(), 99);
    let outcome = applier.apply().await;
    assert!(fails_with(&outcome, Trouble::Dead), "{outcome:?}");
    assert_eq!(resumed(&place, &lines).apply().await, Outcome::Complete);
    assert_eq!(place.asked("DeleteNatGateway").len(), 1);
    let asked = place.asked("CreateNatGateway");
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0].token, asked[1].token);
    assert_eq!(place.ids(List::NatGateways, "NatGatewayId").len(), 1);
    let last = resumed(&place, &lines);
    assert_eq!(last.roll_back().await, Outcome::Complete);
    assert!(place.ids(List::NatGateways, "NatGatewayId").is_empty());
}

/// What waits for somebody else is there, and is waited for again.
#[tokio::test]
async fn what_waits_for_its_owner_is_kept() {
    let place = Place::default();
    place.book(|book| book.nat_states.push_back("pendingAcceptance"));
    let (applier, lines) = begun(&place, with_nat(), 99);
    let outcome = applier.apply().await;
    assert!(fails_with(&outcome, Trouble::NotReady), "{outcome:?}");
    place.book(|book| {
        book.there.get_mut(&List::NatGateways).unwrap()[0]["State"] = json!("available");
    });
    assert_eq!(resumed(&place, &lines).apply().await, Outcome::Complete);
    assert_eq!(place.asked("CreateNatGateway").len(), 1);
}

/// A word to stop holds until somebody goes on.
#[tokio::test]
async fn a_word_to_stop_outlives_what_was_under_way() {
    let place = Place::default();
    let (applier, _) = begun(&place, allowing(), 99);
    applier.stop();
    assert_eq!(applier.apply().await, Outcome::Stopped);
    assert!(place.asked("CreateVpc").is_empty());
    applier.go_on();
    assert_eq!(applier.apply().await, Outcome::Complete);
    applier.stop();
    assert_eq!(applier.roll_back().await, Outcome::Stopped);
    assert!(place.asked(REVOKE).is_empty());
}

/// A word to stop leaves a run as it is: it can be gone on with, either way.
#[tokio::test]
async fn a_stopped_run_is_not_on_its_way_back() {
    let place = Place::default();
    let (applier, lines) = begun(&place, allowing(), 99);
    applier.stop();
    applier.roll_back().await;
    assert_eq!(lines.0.lock().unwrap().len(), 1);
}

/// An association that was replaced has another id each time; it is put back by what it associates, though an answer was
/// lost.
#[tokio::test]
async fn a_replaced_association_is_put_back() {
    for says in [vec![], vec![Say::Done, Say::No(Trouble::NotFound)]] {
        let place = Place::default();
        let table = |id: &str, tied: Value| json!({ "RouteTableId": id, "State": "available", "Associations": tied });
        let first = json!([{ "SubnetId": "subnet-1", "RouteTableAssociationId": "rtbassoc-0" }]);
        place.book(|book| {
            let tables = vec![table("rtb-old", first), table("rtb-new", json!([]))];
            book.there.insert(List::RouteTables, tables);
        });
        let there = json!({ "AssociationId": "rtbassoc-0", "RouteTableId": "rtb-new" });
        let path = "NewAssociationId";
        let made = json!({ "$output": { "step": "ReplaceRouteTableAssociation 1", "path": path } });
        let back = json!({ "AssociationId": made, "RouteTableId": "rtb-old" });
        let call = "ReplaceRouteTableAssociation";
        let graph = serde_json::to_value(graph(&[(call, there, Some((call, back)))])).unwrap();
        let mut graph = graph;
        graph["steps"][1]["wait"] = json!("route-table-associated");
        graph["steps"][1]["inverse"][0]["wait"] = json!("route-table-associated");
        let (applier, _) = begun(&place, serde_json::from_value(graph).unwrap(), 99);
        assert_eq!(applier.apply().await, Outcome::Complete);
        place.say(call, says);
        assert_eq!(applier.roll_back().await, Outcome::Complete);
        let tied = place.book(|book| book.there[&List::RouteTables][0]["Associations"].clone());
        assert_eq!(tied[0]["SubnetId"], "subnet-1");
    }
}

/// Of rules that are put back, those that are there already do not keep out the others.
#[tokio::test]
async fn each_rule_that_is_missing_is_put_back() {
    let place = Place::default();
    let both = rules(&["10.1.0.0/16", "10.2.0.0/16"]);
    let change = (REVOKE, both.clone(), Some((ALLOW, both)));
    let (applier, _) = begun(&place, graph(&[change]), 99);
    assert_eq!(applier.apply().await, Outcome::Complete);
    place.say(ALLOW, [Say::No(Trouble::Exists), Say::No(Trouble::Exists)]);
    assert_eq!(applier.roll_back().await, Outcome::Complete);
    assert_eq!(place.asked(ALLOW).len(), 3);
}

/// Of rules that were revoked one by one, what is done is put back where the next is refused.
#[tokio::test]
async fn half_a_revocation_is_put_back() {
    let place = Place::default();
    let both = rules(&["10.1.0.0/16", "10.2.0.0/16"]);
    // The first of two is revoked; of the second it is not known.
    let says = [
        Say::No(Trouble::NotFound),
        Say::Nothing,
        Say::No(Trouble::Denied),
    ];
    place.say(REVOKE, says);
    place.say(REVOKE, std::iter::repeat_n(Say::No(Trouble::Denied), 9));
    let (applier, lines) = begun(
        &place,
        graph(&[(REVOKE, both.clone(), Some((ALLOW, both)))]),
        99,
    );
    assert!(matches!(applier.apply().await, Outcome::Failed(_)));
    assert_eq!(resumed(&place, &lines).roll_back().await, Outcome::Complete);
    assert_eq!(place.asked(ALLOW).len(), 1);
}

/// A group that is too new to be seen is no group without the rule.
#[tokio::test]
async fn a_rule_of_a_group_that_is_not_seen_yet_is_revoked() {
    let place = Place::default();
    place.say(
        REVOKE,
        [Say::Code(Trouble::NotFound, "InvalidGroup.NotFound")],
    );
    let taken = rules(&["10.1.0.0/16"]);
    let (applier, _) = begun(&place, graph(&[(REVOKE, taken, None)]), 99);
    assert_eq!(applier.apply().await, Outcome::Complete);
    assert_eq!(place.asked(REVOKE).len(), 2);
}

/// AWS forgets a NAT gateway that failed within the hour.
#[tokio::test]
async fn what_came_to_nothing_and_is_forgotten_is_made_anew() {
    let place = Place::default();
    place.book(|book| book.nat_states.push_back("failed"));
    let (applier, lines) = begun(&place, with_nat(), 99);
    assert!(matches!(applier.apply().await, Outcome::Failed(_)));
    place.book(|book| book.there.get_mut(&List::NatGateways).unwrap().clear());
    place.say(
        "DeleteNatGateway",
        std::iter::repeat_n(Say::No(Trouble::NotFound), 3),
    );
    assert_eq!(resumed(&place, &lines).apply().await, Outcome::Complete);
    assert_eq!(place.ids(List::NatGateways, "NatGatewayId").len(), 1);
}

/// What was made twice, could not be removed, and was removed by a person is not left any more.
#[tokio::test]
async fn what_a_person_removed_is_gone() {
    let place = Place::default();
    place.say("CreateVpc", [Say::LateBy(9)]);
    place.say(
        "DeleteVpc",
        std::iter::repeat_n(Say::No(Trouble::Denied), 5),
    );
    let (applier, lines) = begun(&place, graph(&[]), 99);
    assert!(matches!(applier.apply().await, Outcome::Failed(_)));
    place.book(|book| {
        let vpcs = book.there.get_mut(&List::Vpcs).unwrap();
        vpcs.retain(|it| it["VpcId"] != "vpc-1");
    });
    let last = resumed(&place, &lines);
    assert_eq!(last.roll_back().await, Outcome::Complete);
    assert_eq!(last.run().left(), []);
}

/// What was made twice and cannot be removed is told, and tried again by whoever goes on.
#[tokio::test]
async fn what_is_there_twice_and_stays_is_told() {
    let place = Place::default();
    place.say("CreateVpc", [Say::LateBy(9)]);
    place.say(
        "DeleteVpc",
        std::iter::repeat_n(Say::No(Trouble::Denied), 5),
    );
    let (applier, lines) = begun(&place, graph(&[]), 99);
    let outcome = applier.apply().await;
    assert!(fails_with(&outcome, Trouble::Denied), "{outcome:?}");
    let left = applier.run().left();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].id.as_deref(), Some("vpc-1"));
    assert_eq!(resumed(&place, &lines).apply().await, Outcome::Complete);
    assert_eq!(place.ids(List::Vpcs, "VpcId"), ["vpc-2"]);
}

/// What bears the tags of the run without being one of its steps is somebody's copy.
#[tokio::test]
async fn copies_of_tags_are_left_alone() {
    let place = Place::default();
    place.say("CreateVpc", [Say::Done]);
    let run = "20260101-000000-aaaaaa";
    place.book(|book| {
        let tags = json!([
            { "Key": "vpc-atlas:run", "Value": run }, { "Key": "vpc-atlas:made", "Value": "other" },
        ]);
        let copy = json!({ "VpcId": "vpc-copy", "State": "available", "Tags": tags });
        book.there.insert(List::Vpcs, vec![copy]);
    });
    let (applier, _) = begun(&place, graph(&[]), 99);
    assert_eq!(applier.apply().await, Outcome::Complete);
    assert_eq!(applier.roll_back().await, Outcome::Complete);
    assert_eq!(place.ids(List::Vpcs, "VpcId"), ["vpc-copy"]);
}

/// What deleting was begun, the answer came after a long while and nobody knew: it is gone when it is not there.
#[tokio::test]
async fn what_was_deleted_unheard_is_gone() {
    let place = Place::default();
    let (applier, _) = begun(&place, graph(&[]), 99);
    applier.apply().await;
    place.say("DeleteVpc", [Say::Done]);
    place.say(
        "DeleteVpc",
        std::iter::repeat_n(Say::No(Trouble::NotFound), 9),
    );
    assert_eq!(applier.roll_back().await, Outcome::Complete);
}

/// After a line that could not be written none is, and no call is made.
#[tokio::test]
async fn without_a_journal_nothing_is_done() {
    let place = Place::default();
    // The header, the phase and the beginning of the first call.
    let (applier, lines) = begun(&place, allowing(), 3);
    let outcome = applier.apply().await;
    assert!(matches!(outcome, Outcome::NoJournal(_)), "{outcome:?}");
    assert_eq!(place.asked("CreateVpc").len(), 1);
    assert!(place.asked(ALLOW).is_empty());
    assert_eq!(lines.0.lock().unwrap().len(), 3);
    // Another process finds what was made by its tags.
    let more = Lines(Arc::clone(&lines.0), 99);
    assert_eq!(resumed(&place, &more).roll_back().await, Outcome::Complete);
    assert!(place.ids(List::Vpcs, "VpcId").is_empty());
}

/// A defect of the program itself is said, and what was made can be taken back.
#[tokio::test]
async fn a_defect_is_said() {
    let place = Place::default();
    place.say(ALLOW, [Say::Panic]);
    let (applier, lines) = begun(&place, allowing(), 99);
    let outcome = applier.apply().await;
    assert!(fails_with(&outcome, Trouble::Lost), "{outcome:?}");
    assert_eq!(resumed(&place, &lines).roll_back().await, Outcome::Complete);
    assert!(place.ids(List::Vpcs, "VpcId").is_empty());
}

/// A policy may go by tags, so what tests it bears those that the call will bear.
#[tokio::test]
async fn permissions_are_tested_with_the_tags_of_the_run() {
    let place = Place::default();
    let mut header = header(graph(&[]));
    header.ticket = Some("CHG-1".to_owned());
    header.tag_ticket = true;
    place.say("CreateVpc", [Say::No(Trouble::Denied)]);
    let concerns = dry_run(&place, &header).await;
    assert_eq!(concerns.len(), 1);
    let asked = place.asked("CreateVpc");
    assert!(asked[0].dry_run);
    let tags = &asked[0].parameters["TagSpecifications"][0]["Tags"];
    let keys: Vec<&str> = tags
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["Key"].as_str())
        .collect();
    assert_eq!(
        keys,
        ["vpc-atlas:run", "vpc-atlas:made", "vpc-atlas:ticket"]
    );
}
