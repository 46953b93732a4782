#!/bin/sh
# Gathers the description of your VPC networks for VPC Atlas with the AWS CLI (version 1 or 2).
#
# It only reads: every call is a describe, get or search. It asks with the credentials the AWS CLI finds, honours
# AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL, and writes no credential and no VPN key. A call that fails is noted in
# its file and the rest goes on. Look through the folder before you hand it on, then open it with VPC Atlas.
#
# usage: sh collect.sh [FOLDER]    FOLDER takes the result, by default the current one

set -u
umask 077
unset CDPATH
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
export AWS_RETRY_MODE="${AWS_RETRY_MODE:-standard}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-5}"

calls=0
failures=0

# run ARGUMENTS...: the AWS CLI, at the endpoint of AWS_ENDPOINT_URL also where its version does not read it.
run() {
    if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
        aws "$@" --endpoint-url "$AWS_ENDPOINT_URL" --output json </dev/null
    else
        aws "$@" --output json </dev/null
    fi
}

# ids FILE MEMBER: the ids in this member of a list that was read before, one a line.
ids() {
    LC_ALL=C sed -n "s/^ *\"$2\": \"\([A-Za-z0-9-]*\)\",*\$/\1/p" "$1" | sort -u
}

# failed API FILE [KIND ID]: puts the record of a failed call in the file, from what the AWS CLI said in $errors.
failed() {
    failures=$((failures + 1))
    code=$(LC_ALL=C sed -n 's/.*An error occurred (\([A-Za-z0-9.]*\)).*/\1/p' "$errors" | sed -n 1p)
    words=$(LC_ALL=C tr -s '[:space:]' ' ' <"$errors" | LC_ALL=C tr -cd '\040-\176' | cut -c 1-300 | sed 's/^ *//; s/ *$//; s/\\/\\\\/g; s/"/\\"/g')
    {
        printf '{"VpcAtlasError":{"Call":"%s","Region":"%s"' "$1" "$region"
        if [ "$#" -eq 4 ]; then printf ',"Parent":{"Kind":"%s","Id":"%s"}' "$3" "$4"; fi
        if [ -n "$code" ]; then printf ',"Code":"%s"' "$code"; fi
        printf ',"Message":"%s"}}\n' "$words"
    } >"$2"
    printf '%s: %s failed: %s\n' "$region" "$1" "${code:-see $2}" >&2
}

# call API FILE ARGUMENTS...: one call, its answer in the file.
call() {
    api=$1
    file=$2
    shift 2
    calls=$((calls + 1))
    if run "$@" --region "$region" >"$answer" 2>"$errors"; then
        if [ -s "$answer" ]; then cat "$answer" >"$file"; else printf '{}\n' >"$file"; fi
    else
        failed "$api" "$file"
    fi
}

# call_of KIND ID FORM API FILE ARGUMENTS...: the same for a question about one resource; in the form "wrapped" the
# answer, which does not name that resource, is put beside its id.
call_of() {
    kind=$1
    id=$2
    form=$3
    api=$4
    file=$5
    shift 5
    calls=$((calls + 1))
    if ! run "$@" --region "$region" >"$answer" 2>"$errors"; then
        failed "$api" "$file" "$kind" "$id"
        return
    fi
    {
        if [ "$form" = wrapped ]; then printf '{"VpcAtlasParent":{"Kind":"%s","Id":"%s"},"Output":' "$kind" "$id"; fi
        if [ -s "$answer" ]; then cat "$answer"; else printf '{}\n'; fi
        if [ "$form" = wrapped ]; then printf '}\n'; fi
    } >"$file"
}

if ! command -v aws >/dev/null 2>&1; then
    printf 'The AWS CLI is not installed: see https://docs.aws.amazon.com/cli/\n' >&2
    exit 2
fi
target=${1:-.}
if ! mkdir -p "$target" || ! scratch=$(mktemp -d "${TMPDIR:-/tmp}/vpc-atlas.XXXXXX"); then
    printf 'Cannot write to %s: choose another folder.\n' "$target" >&2
    exit 2
fi
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
answer=$scratch/answer
errors=$scratch/errors

