//! `vpc-atlas collect`: the script for whoever holds the credentials.

use super::Answer;
use super::args::Collect;
use super::output::print;
use crate::workspace::{collect_script, read_policy};

pub(super) fn run(args: &Collect) -> anyhow::Result<Answer> {
    if args.policy {
        print(&read_policy())?;
        return Ok(Answer::Yes);
    }
    let mut regions: Vec<String> = Vec::new();
    for region in &args.regions {
        if !regions.contains(region) {
            regions.push(region.clone());
        }
    }
    print(&collect_script(&regions))?;
    Ok(Answer::Yes)
}
