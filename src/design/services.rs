//! What can be chosen: regions, and services that have endpoints. Neither list is whole, as AWS adds to both; a name that
//! is not listed can be typed.

/// A service that interface endpoints lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its short name, as it stands at the end of `com.amazonaws.REGION.…`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The TCP ports it is asked on.
    pub ports: &'static [u16],
    /// Whether its own names can lead to an endpoint: AWS refuses private DNS for a service without such a name.
    pub has_private_name: bool,
}

/// The port of most services: they are asked over HTTPS.
const HTTPS: &[u16] = &[443];

/// Services with interface endpoints, by title. Not every region has all of them.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
pub const SERVICES: &[Service] = &[
    service("account", "Account Management"),
    service("mq", "Amazon MQ"),
    service("apigateway", "API Gateway, management"),
    service("execute-api", "API Gateway, private APIs"),
    service("appmesh-envoy-management", "App Mesh, Envoy"),
    service("apprunner", "App Runner"),
    service("appconfig", "AppConfig"),
    service("appconfigdata", "AppConfig data"),
    service("application-autoscaling", "Application Auto Scaling"),
    service("appstream.api", "AppStream 2.0"),
    service("appstream.streaming", "AppStream 2.0, streaming"),
    service("appsync-api", "AppSync"),
    service("athena", "Athena"),
    service("auditmanager", "Audit Manager"),
    service("backup", "Backup"),
    service("backup-gateway", "Backup gateway"),
    service("batch", "Batch"),
    service("bedrock", "Bedrock"),
    service("bedrock-agentcore", "Bedrock AgentCore"),
    service("bedrock-agent", "Bedrock Agents, build time"),
    service("bedrock-agent-runtime", "Bedrock Agents, run time"),
    service("bedrock-data-automation", "Bedrock Data Automation"),
    service("bedrock-runtime", "Bedrock, run time"),
    service("acm", "Certificate Manager"),
    service("cleanrooms", "Clean Rooms"),
    service("cloudcontrolapi", "Cloud Control API"),
    service("servicediscovery", "Cloud Map"),
    service("data-servicediscovery", "Cloud Map, data"),
    service("cloudformation", "CloudFormation"),
    service("cloudhsmv2", "CloudHSM"),
    service("cloudtrail", "CloudTrail"),
    service("applicationinsights", "CloudWatch Application Insights"),
    service("application-signals", "CloudWatch Application Signals"),
    service("internetmonitor", "CloudWatch Internet Monitor"),
    service("logs", "CloudWatch Logs"),
    service("monitoring", "CloudWatch metrics"),
    service("networkmonitor", "CloudWatch Network Monitor"),
    service("rum", "CloudWatch RUM"),
    service("rum-dataplane", "CloudWatch RUM, data"),
    service("synthetics", "CloudWatch Synthetics"),
    service("codeartifact.api", "CodeArtifact, API"),
    service("codeartifact.repositories", "CodeArtifact, repositories"),
    service("codebuild", "CodeBuild"),
    service("codecommit", "CodeCommit, API"),
    service("git-codecommit", "CodeCommit, Git"),
    service("codeconnections.api", "CodeConnections"),
    service("codedeploy", "CodeDeploy"),
    service("codedeploy-commands-secure", "CodeDeploy, agent commands"),
    service("codepipeline", "CodePipeline"),
    service("cognito-identity", "Cognito identity pools"),
    service("cognito-idp", "Cognito user pools"),
    service("comprehend", "Comprehend"),
    service("config", "Config"),
    service("ecr.api", "Container Registry (ECR), API"),
    service("ecr.dkr", "Container Registry (ECR), images"),
    service("ce", "Cost Explorer"),
    service("dataexchange", "Data Exchange"),
    service("kinesis-firehose", "Data Firehose"),
    service("dms", "Database Migration Service"),
    service("datasync", "DataSync"),
    service("datazone", "DataZone"),
    service("ds", "Directory Service"),
    service("dynamodb", "DynamoDB (interface)").without_private_name(),
    service("dynamodb-streams", "DynamoDB Streams").without_private_name(),
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
    service("drs", "Elastic Disaster Recovery"),
    service("elasticfilesystem", "Elastic File System (EFS)"),
    service("eks", "Elastic Kubernetes Service (EKS)"),
    service("elasticloadbalancing", "Elastic Load Balancing"),
    service("elasticache", "ElastiCache"),
    service("elasticmapreduce", "EMR"),
    service("emr-containers", "EMR on EKS"),
    service("emr-serverless", "EMR Serverless"),
    service("pinpoint-sms-voice-v2", "End User Messaging, SMS and voice"),
    service("events", "EventBridge"),
    service("pipes", "EventBridge Pipes"),
    service("schemas", "EventBridge Schema Registry"),
    service("fis", "Fault Injection Service"),
    service("fsx", "FSx"),
    service("glue", "Glue"),
    service("databrew", "Glue DataBrew"),
    service("guardduty", "GuardDuty"),
    service("guardduty-data", "GuardDuty, agents"),
    service("access-analyzer", "IAM Access Analyzer"),
    service("rolesanywhere", "IAM Roles Anywhere"),
    service("ssm-incidents", "Incident Manager"),
    service("ssm-contacts", "Incident Manager, contacts"),
    service("inspector2", "Inspector"),
    service("iot.credentials", "IoT Core, credentials"),
    service("iot.data", "IoT Core, data").on(&[443, 8443, 8883]),
    service("kendra", "Kendra"),
    service("kms", "Key Management Service (KMS)"),
    service("cassandra", "Keyspaces").on(&[9142]),
    service("kinesis-streams", "Kinesis Data Streams"),
    service("lakeformation", "Lake Formation"),
    service("lambda", "Lambda"),
    service("license-manager", "License Manager"),
    service("macie2", "Macie"),
    service("grafana", "Managed Grafana"),
    service("aps", "Managed Prometheus"),
    service("aps-workspaces", "Managed Prometheus, workspaces"),
    service("kafka", "Managed Streaming for Apache Kafka"),
    service("airflow.api", "Managed Workflows for Apache Airflow, API"),
    service(
        "airflow.env",
        "Managed Workflows for Apache Airflow, environments",
    ),
    service("console", "Management Console"),
    service("memory-db", "MemoryDB"),
    service("kafkaconnect", "MSK Connect"),
    service("network-firewall", "Network Firewall"),
    service("organizations", "Organizations"),
    service("outposts", "Outposts"),
    service("polly", "Polly"),
    service("pca-connector-ad", "Private CA Connector for AD"),
    service("acm-pca", "Private Certificate Authority"),
    service("rds-data", "RDS Data API"),
    service("pi", "RDS Performance Insights"),
    service("rbin", "Recycle Bin"),
    service("redshift", "Redshift"),
    service("redshift-data", "Redshift Data API"),
    service("redshift-serverless", "Redshift Serverless"),
    service("rekognition", "Rekognition"),
    service("rds", "Relational Database Service (RDS), API"),
    service("ram", "Resource Access Manager"),
    service("resource-groups", "Resource Groups"),
    service("tagging", "Resource Groups Tagging"),
    service("s3", "S3 (interface)"),
    service("s3-outposts", "S3 on Outposts"),
    service("s3tables", "S3 Tables"),
    service("sagemaker.featurestore-runtime", "SageMaker Feature Store"),
    service("sagemaker.api", "SageMaker, API"),
    service("sagemaker.runtime", "SageMaker, run time"),
    service("secretsmanager", "Secrets Manager"),
    service("securityhub", "Security Hub"),
    service("securitylake", "Security Lake"),
    service("sts", "Security Token Service (STS)"),
    service("servicecatalog", "Service Catalog"),
    service("servicecatalog-appregistry", "Service Catalog AppRegistry"),
    service("signin", "Sign-in"),
    service("email-smtp", "Simple Email Service (SMTP)").on(&[25, 465, 587, 2465, 2587]),
    service("email", "Simple Email Service, API"),
    service("sns", "Simple Notification Service (SNS)"),
    service("sqs", "Simple Queue Service (SQS)"),
    service("swf", "Simple Workflow Service"),
    service("states", "Step Functions"),
    service("sync-states", "Step Functions, synchronous"),
    service("storagegateway", "Storage Gateway"),
    service("ssm", "Systems Manager"),
    service("ec2messages", "Systems Manager, messages to agents"),
    service("ssmmessages", "Systems Manager, sessions"),
    service("textract", "Textract"),
    service("transcribe", "Transcribe"),
    service("transcribestreaming", "Transcribe, streaming"),
    service("transfer", "Transfer Family"),
    service("transfer.server", "Transfer Family, servers").on(&[22]),
    service("translate", "Translate"),
    service("trustedadvisor", "Trusted Advisor"),
    service("verifiedpermissions", "Verified Permissions"),
    service("vpc-lattice", "VPC Lattice"),
    service("wafv2", "WAF"),
    service("workspaces", "WorkSpaces"),
    service("xray", "X-Ray"),
];

const fn service(name: &'static str, title: &'static str) -> Service {
    Service {
        name,
        title,
        ports: HTTPS,
        has_private_name: true,
    }
}

impl Service {
    /// The same service, asked on these ports: mail, queries and devices do not come over HTTPS, or not over it alone.
    /// <https://docs.aws.amazon.com/ses/latest/dg/send-email-set-up-vpc-endpoints.html>
    /// <https://docs.aws.amazon.com/keyspaces/latest/devguide/vpc-endpoints.html>
    /// <https://docs.aws.amazon.com/iot/latest/developerguide/IoTCore-VPC.html>
    /// <https://docs.aws.amazon.com/transfer/latest/userguide/create-server-in-vpc.html>
    const fn on(self, ports: &'static [u16]) -> Self {
        Self { ports, ..self }
    }

    /// The same service, whose own names lead to no endpoint.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html>
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-streams.html>
    const fn without_private_name(self) -> Self {
        Self {
            has_private_name: false,
            ..self
        }
    }
}

/// A listed service, by its short name or whole (`com.amazonaws.eu-west-1.ssm`).
fn listed(name: &str) -> Option<&'static Service> {
    let whole = name.strip_prefix("cn.").unwrap_or(name);
    let whole = whole.strip_prefix("com.amazonaws.");
    let short = whole.and_then(|rest| rest.split_once('.'));
    let short = short.map_or(name, |(_, short)| short);
    SERVICES.iter().find(|service| service.name == short)
}

/// The TCP ports a service is asked on; that of HTTPS for one that is not listed.
pub(super) fn service_ports(name: &str) -> &'static [u16] {
    listed(name).map_or(HTTPS, |service| service.ports)
}

/// Whether AWS lets a service's own names lead to an endpoint, as far as that is known.
pub(super) fn has_private_name(name: &str) -> bool {
    listed(name).is_none_or(|service| service.has_private_name)
}

/// Whether private DNS is switched on for an endpoint of this service when it is added: it is for most services of AWS. The
/// names of the console lead there by private zones instead, and services of others seldom have a private name.
/// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/dns-configuration-console-signin.html>
///
/// ```
/// # use vpc_atlas::design::usual_private_dns;
/// assert!(usual_private_dns("ssm"));
/// assert!(!usual_private_dns("dynamodb"));
/// ```
pub fn usual_private_dns(name: &str) -> bool {
    let by_zone = listed(name).is_some_and(|it| CONSOLE.contains(&it.name));
    has_private_name(name) && !by_zone && !name.starts_with("com.amazonaws.vpce.")
}

/// The services behind the console's own pages.
/// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/console-private-access.html>
pub(super) const CONSOLE: [&str; 2] = ["console", "signin"];

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
    fn ports_and_private_names_are_known_by_short_and_whole_names() {
        assert_eq!(service_ports("ssm"), [443]);
        assert_eq!(service_ports("cassandra"), [9142]);
        assert_eq!(
            service_ports("com.amazonaws.eu-west-1.email-smtp"),
            [25, 465, 587, 2465, 2587]
        );
        assert_eq!(
            service_ports("com.amazonaws.vpce.eu-west-1.vpce-svc-0"),
            [443]
        );
        assert!(!has_private_name("dynamodb"));
        assert!(!has_private_name(
            "com.amazonaws.us-east-1.dynamodb-streams"
        ));
        assert!(!has_private_name(
            "cn.com.amazonaws.cn-north-1.dynamodb-streams"
        ));
        assert!(has_private_name("s3"));
        assert!(has_private_name("com.amazonaws.vpce.eu-west-1.vpce-svc-0"));
    }

    #[test]
    fn private_dns_is_on_where_a_new_endpoint_can_have_it() {
        for service in ["ssm", "s3", "com.amazonaws.eu-west-1.ssm", "not-listed"] {
            assert!(usual_private_dns(service), "{service}");
        }
        for service in [
            "dynamodb",
            "dynamodb-streams",
            "console",
            "com.amazonaws.us-east-1.signin",
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0",
        ] {
            assert!(!usual_private_dns(service), "{service}");
        }
    }

    #[test]
    fn services_are_called_as_their_endpoints_are() {
        for name in ["kinesis-firehose", "access-analyzer", "git-codecommit"] {
            assert!(service_title(name).is_some(), "{name}");
        }
        for name in ["firehose", "accessanalyzer"] {
            assert_eq!(service_title(name), None);
        }
    }

    #[test]
    fn services_are_listed_by_title() {
        let titles: Vec<String> = SERVICES.iter().map(|it| it.title.to_lowercase()).collect();
        assert!(titles.is_sorted());
    }
}
