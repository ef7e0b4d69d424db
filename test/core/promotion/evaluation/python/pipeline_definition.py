"""Prints the definition of a pipeline of docs/examples/evaluation/sagemaker_step.py, which takes the folder as its argument. Without
AWS: the SDK asks for nothing but the bucket, which it takes for known."""

import json
import os
import sys

os.environ.update(AWS_DEFAULT_REGION="eu-central-1", AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none")
sys.path.insert(0, sys.argv[1])

import boto3
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker_step import evaluation_step, registration_step

ROLE = "arn:aws:iam::123456789012:role/churn-training"
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/churn:1"

session = PipelineSession(boto_session=boto3.Session(region_name="eu-central-1"))
session._default_bucket = "acme-models"
predictions = ParameterString(name="Predictions", default_value="s3://acme-models/predictions/churn.csv")
rows = ParameterString(name="TrainingRows")
all_rows = ParameterString(name="DataSetRows")
evaluation = evaluation_step(
    session,
    role=ROLE,
    image=IMAGE,
    model="churn",
    code="s3://acme-models/code/evaluate.py",
    golden="s3://acme-models/golden/churn.csv",
    predictions=predictions,
    training_rows=rows,
    data_set_rows=all_rows,
    schema_version="7",
    evaluations="s3://acme-models/evaluations/churn",
    id_column="customer",
    label_column="churned",
    slice_columns="country",
)
registration = registration_step(
    session, evaluation, role=ROLE, image=IMAGE, model_data="s3://acme-models/models/churn.tar.gz", group="churn"
)
pipeline = Pipeline(name="churn", parameters=[predictions, rows, all_rows], steps=[evaluation, registration], sagemaker_session=session)
print(json.dumps(json.loads(pipeline.definition()), indent=2))
