# What every synthesised stack keeps: conftest test --policy docs/examples/policy <stack>/cdk.tf.json
package main

import rego.v1

deny contains message if {
	some id, queue in input.resource.aws_sqs_queue
	not queue.sqs_managed_sse_enabled
	not queue.kms_master_key_id
	message := sprintf("aws_sqs_queue.%s is not encrypted; set sqs_managed_sse_enabled or kms_master_key_id", [id])
}

deny contains message if {
	some id, topic in input.resource.aws_sns_topic
	not topic.kms_master_key_id
	message := sprintf("aws_sns_topic.%s is not encrypted; set kms_master_key_id", [id])
}

deny contains message if {
	some id, table in input.resource.aws_dynamodb_table
	not table.server_side_encryption.enabled
	message := sprintf("aws_dynamodb_table.%s has no server-side encryption of KMS", [id])
}

# Cloud Storage, Pub/Sub and Firestore always encrypt; what can be wrong there is who may read.
deny contains message if {
	some id, bucket in input.resource.google_storage_bucket
	not bucket.public_access_prevention == "enforced"
	message := sprintf("google_storage_bucket.%s may become public; set public_access_prevention to enforced", [id])
}

deny contains message if {
	some aws in input.provider.aws
	some tag in {"application", "environment"}
	not aws.default_tags[0].tags[tag]
	message := sprintf("the provider aws sets no tag %s on every resource", [tag])
}

deny contains message if {
	some google in input.provider.google
	some label in {"application", "environment"}
	not google.default_labels[label]
	message := sprintf("the provider google sets no label %s on every resource", [label])
}

deny contains message if {
	some type in {"aws_iam_role_policy", "aws_iam_policy"}
	some id, policy in input.resource[type]
	some statement in list(json.unmarshal(policy.policy).Statement)
	statement.Effect == "Allow"
	some action in list(statement.Action)
	contains(action, "*")
	message := sprintf("%s.%s allows %s; name the actions", [type, id, action])
}

deny contains message if {
	some type in {"aws_iam_role_policy", "aws_iam_policy"}
	some id, policy in input.resource[type]
	some statement in list(json.unmarshal(policy.policy).Statement)
	statement.Effect == "Allow"
	statement.NotAction
	message := sprintf("%s.%s allows all actions but some (NotAction); name the actions", [type, id])
}

# A policy that is made elsewhere, such as by a data source, would pass unseen.
deny contains message if {
	some type in {"aws_iam_role_policy", "aws_iam_policy"}
	some id, policy in input.resource[type]
	not json.is_valid(policy.policy)
	message := sprintf("%s.%s cannot be read, so its actions are unknown; write it as JSON", [type, id])
}

list(value) := value if is_array(value)

list(value) := [value] if not is_array(value)
