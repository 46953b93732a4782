//! The accounts of an Organization, read through a role that each of them has.

use super::{
    connect::Connection,
    credentials::{Primed, Refused, role},
    fault::{Fault, holds},
};

/// An account of an Organization.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Its twelve digits.
    pub account: String,
    /// How the Organization calls it.
    pub name: Option<String>,
}

/// Why accounts of an Organization cannot be read. Each is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationError {
    /// The accounts cannot be listed.
    #[error(
        "the accounts of the Organization cannot be listed ({why}): use credentials that have organizations:ListAccounts, or name the accounts as in aws://PROFILE/REGION@ROLE:111122223333"
    )]
    Unlisted {
        /// What AWS said.
        why: String,
    },
    /// The role of an account is not given.
    #[error(
        "the role {role} of account {account} was not given ({why}): check that it is there, and that its trust policy names these credentials (sts:AssumeRole)"
    )]
    Role {
        /// The account.
        account: String,
        /// The role.
        role: String,
        /// What AWS said.
        why: String,
    },
}

impl Connection {
    /// The accounts of the Organization that are in use, by number. AWS lets the management account ask, and accounts
    /// that it gave the task to.
    /// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
    pub async fn organization(&self) -> Result<Vec<Member>, OrganizationError> {
        use aws_sdk_organizations::types::AccountState;

        let client = aws_sdk_organizations::Client::new(self.config());
        let mut members = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = client.list_accounts().set_next_token(token.clone());
            let answer = Box::pin(request.send()).await;
            let answer = answer.map_err(|error| OrganizationError::Unlisted {
                why: Fault::new(&error).message(),
            })?;
            let in_use = answer.accounts().iter().filter(|account| {
                account
                    .state()
                    .is_none_or(|state| *state == AccountState::Active)
            });
            members.extend(in_use.filter_map(|account| {
                Some(Member {
                    account: account.id()?.to_owned(),
                    name: account.name().map(str::to_owned),
                })
            }));
            let next = answer.next_token.filter(|next| !next.is_empty());
            if next.is_some() && next == token {
                let why = "the same page came twice".to_owned();
                return Err(OrganizationError::Unlisted { why });
            }
            if next.is_none() {
                break;
            }
            token = next;
        }
        members.sort();
        members.dedup();
        Ok(members)
    }

    /// The same region of another account, through this role of its own. Of the account these credentials are of no
    /// role is needed.
    pub async fn in_account(&self, account: &str, name: &str) -> Result<Self, OrganizationError> {
        if self.account() == Some(account) {
            return Ok(self.clone());
        }
        let refused = |why: String| OrganizationError::Role {
            account: account.to_owned(),
            role: name.to_owned(),
            why,
        };
        let arn = format!("arn:{}:iam::{account}:role/{name}", self.partition());
        let whose = self.profile().unwrap_or_default();
        let provider = role(self.session(), self.config(), whose, arn);
        let primed = Primed::new(provider, self.limits().sign_in).await;
        let primed = primed.map_err(|error| {
            let said = holds::<Refused>(&error).map(ToString::to_string);
            refused(said.unwrap_or_else(|| "no answer in time".to_owned()))
        })?;
        Ok(self.signed_by(primed).introduced_as(account).await)
    }
}
