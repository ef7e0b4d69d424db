"""Two steps for a pipeline of SageMaker: the first runs evaluate.py of this folder on the golden set, the second registers the model
with the address of its evaluation, as PendingManualApproval, which is what Retrigger judges.

    pip install "sagemaker>=3"

    evaluation = evaluation_step(session, role=ROLE, image=IMAGE, model="churn", label_column="churned",
                                 code="evaluate.py", golden="s3://acme-models/golden/churn.csv",
                                 predictions=predict.properties.ProcessingOutputConfig.Outputs["predictions"].S3Output.S3Uri,
                                 training_rows=JsonGet(step_name="Prepare", property_file="Counts", json_path="rows").to_string(),
                                 data_set_rows=JsonGet(step_name="Prepare", property_file="Counts", json_path="all").to_string(),
                                 schema_version="7",
                                 evaluations="s3://acme-models/evaluations/churn")
    Pipeline(name="churn", steps=[train, predict, evaluation, registration_step(session, evaluation, …)])

Version 2 of the SDK builds the same steps with other names: `sagemaker.workflow` for both `sagemaker.core.workflow` and
`sagemaker.mlops.workflow`, `sagemaker.processing` and `sagemaker.model_metrics`; `ProcessingInput(source=, destination=)` and
`ProcessingOutput(output_name=, source=, destination=)`; `Model(image_uri=, model_data=, role=, sagemaker_session=).register(…)` for
`ModelBuilder`.
"""

from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.steps import ProcessingStep
from sagemaker.serve.model_builder import ModelBuilder

FOLDER = "/opt/ml/processing"


def evaluation_step(
    session, role, image, model, code, golden, predictions, training_rows, evaluations,
    data_set_rows=None, schema_version="", id_column="id", label_column="label", slice_columns="", instance_type="ml.m5.large",
):
    """`image`: any with python3. `golden` and `predictions`: a file each, `predictions` with the columns id, prediction and score.
    `training_rows` and `data_set_rows`: rows that the model was trained on, and those of the whole data set, as text or as what a
    step will tell. `schema_version`: of the model's inputs, where the policy asks for it. `evaluations`: the folder that promotion
    reads evaluations from; each execution has one of its own in it."""
    processor = ScriptProcessor(
        role=role, image_uri=image, command=["python3"], instance_count=1, instance_type=instance_type, sagemaker_session=session,
    )
    output = ProcessingS3Output(
        s3_uri=Join(on="/", values=[evaluations, ExecutionVariables.PIPELINE_EXECUTION_ID]),
        local_path=f"{FOLDER}/evaluation",
        s3_upload_mode="EndOfJob",
    )
    arguments = processor.run(
        code=code,
        inputs=[input_file("golden", golden), input_file("predictions", predictions)],
        outputs=[ProcessingOutput(output_name="evaluation", s3_output=output)],
        arguments=[
            "--model", model,
            "--golden", f"{FOLDER}/golden",
            "--golden-uri", golden,
            "--predictions", f"{FOLDER}/predictions",
            "--training-rows", training_rows,
            "--id-column", id_column,
            "--label-column", label_column,
            "--output", f"{FOLDER}/evaluation",
            *([] if data_set_rows is None else ["--data-set-rows", data_set_rows]),
            *(["--schema-version", schema_version] if schema_version else []),
            *(["--slice-columns", slice_columns] if slice_columns else []),
        ],
    )
    # What a ConditionStep or a person in Studio reads of the file.
    report = PropertyFile(name="Evaluation", output_name="evaluation", path="evaluation.json")
    return ProcessingStep(name="Evaluate", step_args=arguments, property_files=[report])


def input_file(name, uri):
    """SageMaker puts the file into this folder."""
    source = ProcessingS3Input(s3_uri=uri, local_path=f"{FOLDER}/{name}", s3_data_type="S3Prefix", s3_input_mode="File")
    return ProcessingInput(input_name=name, s3_input=source)


def registration_step(session, evaluation, role, image, model_data, group, content_types=("text/csv",)):
    """Registers the model of `model_data` in the model package group `group`."""
    folder = evaluation.properties.ProcessingOutputConfig.Outputs["evaluation"].S3Output.S3Uri
    statistics = MetricsSource(content_type="application/json", s3_uri=Join(on="/", values=[folder, "evaluation.json"]))
    builder = ModelBuilder(image_uri=image, s3_model_data_url=model_data, role_arn=role, sagemaker_session=session)
    arguments = builder.register(
        model_package_group_name=group,
        content_types=list(content_types),
        response_types=list(content_types),
        approval_status="PendingManualApproval",
        model_metrics=ModelMetrics(model_statistics=statistics),
    )
    return ModelStep(name="Register", step_args=arguments)
