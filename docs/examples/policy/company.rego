# What a company asks of all its deployments, by its own data:
# conftest test --policy docs/examples/policy --data company.yaml <stack>/cdk.tf.json
# A rule whose parameter is missing asks for nothing. docs/ci.md has an example of company.yaml:
#   company: { aws: { permissions_boundary, path, key, tags }, google: { key, labels } }
package main

import rego.v1

deny contains message if {
	boundary := data.company.aws.permissions_boundary
	some id, role in input.resource.aws_iam_role
	object.get(role, "permissions_boundary", "") != boundary
	message := sprintf("aws_iam_role.%s does not have the permissions boundary %s; set aws.roles.permissionsBoundary", [id, boundary])
}

deny contains message if {
	path := data.company.aws.path
	some type in {"aws_iam_role", "aws_iam_policy"}
	some id, resource in input.resource[type]
	object.get(resource, "path", "/") != path
	message := sprintf("%s.%s does not have the path %s; set aws.roles.path", [type, id, path])
}

# Where each type says its key.
aws_keys := {
	"aws_cloudwatch_log_group": ["kms_key_id"],
	"aws_dynamodb_table": ["server_side_encryption", "kms_key_arn"],
	"aws_lambda_function": ["kms_key_arn"],
	"aws_s3_bucket_server_side_encryption_configuration": [
		"rule", 0, "apply_server_side_encryption_by_default", "kms_master_key_id",
	],
	"aws_scheduler_schedule": ["kms_key_arn"],
	"aws_sns_topic": ["kms_master_key_id"],
	"aws_sqs_queue": ["kms_master_key_id"],
}

google_keys := {
	"google_artifact_registry_repository": ["kms_key_name"],
	"google_cloudfunctions2_function": ["kms_key_name"],
	"google_firestore_database": ["cmek_config", "kms_key_name"],
	"google_pubsub_topic": ["kms_key_name"],
	"google_storage_bucket": ["encryption", "default_kms_key_name"],
}

# A bucket may have a key of its own, so that any key will do there.
own_keys := {"aws_s3_bucket_server_side_encryption_configuration", "google_storage_bucket"}

deny contains message if {
	key := data.company.aws.key
	some type, path in aws_keys
	some id, resource in input.resource[type]
	not has_key(type, resource, path, key)
	message := sprintf("%s.%s is not encrypted with the key %s; set aws.kms.key", [type, id, key])
}

deny contains message if {
	data.company.aws.key
	some id, _ in input.resource.aws_kms_key
	message := sprintf("aws_kms_key.%s is a key beside that of the company; set aws.kms.key", [id])
}

deny contains message if {
	key := data.company.google.key
	some type, path in google_keys
	some id, resource in input.resource[type]
	not has_key(type, resource, path, key)
	message := sprintf("%s.%s is not encrypted with the key %s; set gcp.kms.key", [type, id, key])
}

has_key(_, resource, path, key) if object.get(resource, path, "") == key

has_key(type, resource, path, _) if {
	type in own_keys
	object.get(resource, path, "") != ""
}

deny contains message if {
	some tag in data.company.aws.tags
	some aws in input.provider.aws
	not aws.default_tags[0].tags[tag]
	message := sprintf("the provider aws sets no tag %s on every resource; set aws.tags", [tag])
}

deny contains message if {
	some label in data.company.google.labels
	some google in input.provider.google
	not google.default_labels[label]
	message := sprintf("the provider google sets no label %s on every resource; set gcp.labels", [label])
}
