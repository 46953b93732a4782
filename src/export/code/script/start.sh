while [ $# -gt 0 ]; do
  case $1 in
    --yes) YES=1 ;;
    --stack)
      [ $# -gt 1 ] || die "--stack needs a name"
      STACK=$2
      shift
      ;;
    -h | --help)
      sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) die "there is no option $1; see --help" ;;
  esac
  shift
done
case $STACK in
  '' | *[!A-Za-z0-9._:/=+@-]*) die "the name $STACK has other signs than letters, digits and . _ : / = + @ -" ;;
esac
[ -n "$REGION" ] || die "say in which region: set AWS_REGION"
command -v aws >/dev/null || die "the AWS CLI is missing; see https://docs.aws.amazon.com/cli/"

# What the AWS CLI would print it prints at once, and asks nothing.
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
work=$(mktemp -d)
