//! What can be chosen: regions, and services that have endpoints. Neither list is whole, as AWS adds to both; a name that
//! is not listed can be typed.

/// A service that interface endpoints lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its short name, as it stands at the end of `com.amazonaws.REGION.…`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
}

/// Services with interface endpoints, by title. Not every region has all of them.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
pub const SERVICES: &[Service] = &[
    service("execute-api", "API Gateway, private APIs"),
    service("apprunner", "App Runner"),
    service("appconfig", "AppConfig"),
    service("appconfigdata", "AppConfig data"),
    service("application-autoscaling", "Application Auto Scaling"),
    service("appstream.api", "AppStream 2.0"),
    service("athena", "Athena"),
    service("backup", "Backup"),
    service("batch", "Batch"),
    service("bedrock", "Bedrock"),
    service("bedrock-agent", "Bedrock Agents, build time"),
    service("bedrock-agent-runtime", "Bedrock Agents, run time"),
    service("bedrock-runtime", "Bedrock, run time"),
    service("acm", "Certificate Manager"),
    service("servicediscovery", "Cloud Map"),
    service("cloudformation", "CloudFormation"),
    service("cloudhsmv2", "CloudHSM"),
    service("cloudtrail", "CloudTrail"),
    service("logs", "CloudWatch Logs"),
    service("monitoring", "CloudWatch metrics"),
    service("rum", "CloudWatch RUM"),
    service("synthetics", "CloudWatch Synthetics"),
    service("codeartifact.api", "CodeArtifact, API"),
    service("codeartifact.repositories", "CodeArtifact, repositories"),
    service("codebuild", "CodeBuild"),
    service("codedeploy", "CodeDeploy"),
    service("codedeploy-commands-secure", "CodeDeploy, agent commands"),
    service("codepipeline", "CodePipeline"),
    service("cognito-idp", "Cognito user pools"),
    service("comprehend", "Comprehend"),
    service("config", "Config"),
    service("ecr.api", "Container Registry (ECR), API"),
    service("ecr.dkr", "Container Registry (ECR), images"),
    service("dataexchange", "Data Exchange"),
    service("firehose", "Data Firehose"),
    service("dms", "Database Migration Service"),
    service("datasync", "DataSync"),
    service("ds", "Directory Service"),
    service("dynamodb", "DynamoDB (interface)"),
    service("ebs", "EBS direct APIs"),
    service("ec2", "EC2"),
    service("autoscaling", "EC2 Auto Scaling"),
    service("imagebuilder", "EC2 Image Builder"),
    service("ecs-agent", "ECS, agent"),
    service("ecs-telemetry", "ECS, telemetry"),
    service("eks-auth", "EKS Pod Identity"),
    service("elasticbeanstalk", "Elastic Beanstalk"),
    service("elasticbeanstalk-health", "Elastic Beanstalk, health"),
    service("ecs", "Elastic Container Service (ECS)"),
    service("elasticfilesystem", "Elastic File System (EFS)"),
    service("eks", "Elastic Kubernetes Service (EKS)"),
    service("elasticloadbalancing", "Elastic Load Balancing"),
    service("elasticache", "ElastiCache"),
    service("elasticmapreduce", "EMR"),
    service("emr-containers", "EMR on EKS"),
    service("events", "EventBridge"),
    service("fis", "Fault Injection Service"),
    service("fsx", "FSx"),
    service("glue", "Glue"),
    service("databrew", "Glue DataBrew"),
    service("guardduty-data", "GuardDuty, agents"),
    service("accessanalyzer", "IAM Access Analyzer"),
    service("ssm-incidents", "Incident Manager"),
    service("ssm-contacts", "Incident Manager, contacts"),
    service("inspector2", "Inspector"),
    service("iot.data", "IoT Core, data"),
    service("kendra", "Kendra"),
    service("kms", "Key Management Service (KMS)"),
    service("kinesis-streams", "Kinesis Data Streams"),
    service("lakeformation", "Lake Formation"),
    service("lambda", "Lambda"),
    service("license-manager", "License Manager"),
    service("macie2", "Macie"),
    service("grafana", "Managed Grafana"),
    service("kafka", "Managed Streaming for Apache Kafka"),
    service("airflow.api", "Managed Workflows for Apache Airflow, API"),
    service(
        "airflow.env",
        "Managed Workflows for Apache Airflow, environments",
    ),
    service("console", "Management Console"),
    service("organizations", "Organizations"),
    service("polly", "Polly"),
    service("acm-pca", "Private Certificate Authority"),
    service("rds-data", "RDS Data API"),
    service("redshift", "Redshift"),
    service("redshift-data", "Redshift Data API"),
    service("rekognition", "Rekognition"),
    service("rds", "Relational Database Service (RDS), API"),
    service("s3", "S3 (interface)"),
    service("sagemaker.api", "SageMaker, API"),
    service("sagemaker.runtime", "SageMaker, run time"),
    service("secretsmanager", "Secrets Manager"),
    service("securityhub", "Security Hub"),
    service("sts", "Security Token Service (STS)"),
    service("servicecatalog", "Service Catalog"),
    service("signin", "Sign-in"),
    service("email-smtp", "Simple Email Service (SMTP)"),
    service("sns", "Simple Notification Service (SNS)"),
    service("sqs", "Simple Queue Service (SQS)"),
    service("states", "Step Functions"),
    service("sync-states", "Step Functions, synchronous"),
    service("storagegateway", "Storage Gateway"),
    service("ssm", "Systems Manager"),
    service("ec2messages", "Systems Manager, messages to agents"),
    service("ssmmessages", "Systems Manager, sessions"),
    service("textract", "Textract"),
    service("transcribe", "Transcribe"),
    service("transfer", "Transfer Family"),
    service("translate", "Translate"),
    service("vpc-lattice", "VPC Lattice"),
    service("workspaces", "WorkSpaces"),
    service("xray", "X-Ray"),
];

const fn service(name: &'static str, title: &'static str) -> Service {
    Service { name, title }
}

/// What people call a service; none for one that is not listed.
///
/// ```
/// # use vpc_atlas::design::service_title;
/// assert_eq!(service_title("ssm"), Some("Systems Manager"));
/// assert_eq!(service_title("com.amazonaws.vpce.eu-west-1.vpce-svc-0"), None);
/// ```
pub fn service_title(name: &str) -> Option<&'static str> {
    let found = SERVICES.iter().find(|service| service.name == name);
    found.map(|service| service.title)
}

/// Regions, each with its place: the commercial ones by code, then those of other partitions.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
pub const REGIONS: &[(&str, &str)] = &[
    ("us-east-1", "N. Virginia"),
    ("us-east-2", "Ohio"),
    ("us-west-1", "N. California"),
    ("us-west-2", "Oregon"),
    ("af-south-1", "Cape Town"),
    ("ap-east-1", "Hong Kong"),
    ("ap-east-2", "Taipei"),
    ("ap-northeast-1", "Tokyo"),
    ("ap-northeast-2", "Seoul"),
    ("ap-northeast-3", "Osaka"),
    ("ap-south-1", "Mumbai"),
    ("ap-south-2", "Hyderabad"),
    ("ap-southeast-1", "Singapore"),
    ("ap-southeast-2", "Sydney"),
    ("ap-southeast-3", "Jakarta"),
    ("ap-southeast-4", "Melbourne"),
    ("ap-southeast-5", "Malaysia"),
    ("ap-southeast-7", "Thailand"),
    ("ca-central-1", "Central Canada"),
    ("ca-west-1", "Calgary"),
    ("eu-central-1", "Frankfurt"),
    ("eu-central-2", "Zurich"),
    ("eu-north-1", "Stockholm"),
    ("eu-south-1", "Milan"),
    ("eu-south-2", "Spain"),
    ("eu-west-1", "Ireland"),
    ("eu-west-2", "London"),
    ("eu-west-3", "Paris"),
    ("il-central-1", "Tel Aviv"),
    ("me-central-1", "United Arab Emirates"),
    ("me-south-1", "Bahrain"),
    ("mx-central-1", "Mexico"),
    ("sa-east-1", "São Paulo"),
    ("us-gov-east-1", "GovCloud, US East"),
    ("us-gov-west-1", "GovCloud, US West"),
    ("cn-north-1", "Beijing"),
    ("cn-northwest-1", "Ningxia"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_can_be_part_of_a_service_name() {
        let names: BTreeSet<&str> = SERVICES.iter().map(|service| service.name).collect();
        assert_eq!(names.len(), SERVICES.len());
        assert!(names.len() >= 60);
        for name in names {
            let plain =
                |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-.".contains(it);
            assert!(name.chars().all(plain), "{name}");
        }
        let regions: BTreeSet<&str> = REGIONS.iter().map(|(code, _)| *code).collect();
        assert_eq!(regions.len(), REGIONS.len());
    }

    #[test]
    fn services_are_listed_by_title() {
        let titles: Vec<String> = SERVICES.iter().map(|it| it.title.to_lowercase()).collect();
        assert!(titles.is_sorted());
    }
}
