//! Refuses an answer that breaks off.
//!
//! The SDK reads XML up to where it ends and takes what it has, so an answer that lost its second half would pass for a
//! shorter list. What is unknown must never look absent.

use aws_sdk_ec2::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::AfterDeserializationInterceptorContextRef,
    },
    error::BoxError,
};

/// The body of a successful answer has no end.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off")]
pub(super) struct BrokenOff;

/// Checks that a successful answer ends with the closing tag of an EC2 or STS response.
#[derive(Debug)]
pub(super) struct Whole;

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "Whole"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // A failure already has its reason; only what was taken for an answer is in question.
        if context.output_or_error().is_err() || context.response().body().bytes().is_some_and(ends)
        {
            return Ok(());
        }
        Err(BrokenOff.into())
    }
}

fn ends(body: &[u8]) -> bool {
    body.trim_ascii_end().ends_with(b"Response>")
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn an_answer_ends_with_its_closing_tag() {
        assert!(ends(
            b"<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>\r\n"
        ));
        assert!(ends(
            b"<ec2:DescribeVpcsResponse/></ec2:DescribeVpcsResponse>"
        ));
        for body in [
            &b""[..],
            b"<DescribeVpcsResponse><vpcSet>",
            b"<DescribeVpcsResponse><vpcSet/></DescribeVpcsRes",
        ] {
            assert!(!ends(body), "{}", String::from_utf8_lossy(body));
        }
    }
}
