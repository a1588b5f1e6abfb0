#!/bin/sh
# Brings one overlay to a cluster in the order that never leaves code and schema apart:
#   migrate-pre and everything else -> the rollout has ended -> migrate-post
# Usage: deploy/k8s/roll-out.sh deploy/k8s/overlays/dev
set -eu

overlay=${1:?usage: roll-out.sh OVERLAY}
namespace=${NAMESPACE:-nuaikit}
patience=${PATIENCE:-30m}

in_namespace() { kubectl --namespace "$namespace" "$@"; }

# A Job cannot be changed, so the last rollout's go first (they are finished, or their code is being replaced).
in_namespace delete jobs --selector=nuaikit/runs=with-each-rollout --ignore-not-found --wait
kubectl apply --kustomize "$overlay"
in_namespace wait jobs --selector=nuaikit/runs=with-each-rollout --for=condition=complete --timeout="$patience"
in_namespace rollout status statefulsets,deployments --selector=app.kubernetes.io/part-of=nuaikit --timeout="$patience"

# Now no old pod runs any more: what they needed may go.
run=$(date -u +%Y%m%d%H%M%S)
for template in $(in_namespace get cronjobs --selector=app.kubernetes.io/component=migrate-post --output=name); do
    job="${template##*/}-$run"
    in_namespace create job "$job" --from="$template"
    in_namespace wait "job/$job" --for=condition=complete --timeout="$patience"
    in_namespace logs "job/$job"
done
