"""A component of Vertex AI Pipelines (kfp 2) that runs evaluate.py of this folder, which it carries with it: its container is plain
Python and installs nothing.

    pip install kfp
    python vertex_component.py          # writes vertex_component.yaml

In a pipeline, from Python or by `kfp.components.load_component_from_file("vertex_component.yaml")`:

    evaluated = evaluate_on_golden_set(
        golden=importer_of_the_golden_set.output,
        predictions=predict_golden_set.outputs["predictions"],
        model="churn",
        training_rows=train.outputs["rows"],
        data_set_rows=prepare.outputs["rows"],
        schema_version="7",
        label_column="churned",
    )

Retrigger finds the evaluation by the name of its output, `evaluation`, among those of the steps of the run that registered the
model: no other step may have one of that name. It and the predictions lie below the root of the pipeline's artifacts.
`data_set_rows` are those of the whole data set that the training was given; 0 where that is not known.
"""

from pathlib import Path

from kfp import compiler, dsl

FOLDER = Path(__file__).parent


@dsl.container_component
def evaluate_on_golden_set(
    golden: dsl.Input[dsl.Dataset],
    predictions: dsl.Input[dsl.Dataset],
    model: str,
    training_rows: int,
    evaluation: dsl.Output[dsl.Artifact],
    golden_predictions: dsl.Output[dsl.Dataset],
    id_column: str = "id",
    label_column: str = "label",
    slice_columns: str = "",
    data_set_rows: int = 0,
    schema_version: str = "",
):
    return dsl.ContainerSpec(
        image="python:3.12-slim",
        command=["python3", "-c", (FOLDER / "evaluate.py").read_text(encoding="utf-8")],
        args=[
            "--golden", golden.path,
            "--golden-uri", golden.uri,
            "--predictions", predictions.path,
            "--model", model,
            "--training-rows", training_rows,
            "--data-set-rows", data_set_rows,
            "--id-column", id_column,
            "--label-column", label_column,
            "--slice-columns", slice_columns,
            "--schema-version", schema_version,
            "--evaluation-path", evaluation.path,
            "--predictions-path", golden_predictions.path,
            "--predictions-uri", golden_predictions.uri,
        ],
    )


if __name__ == "__main__":
    compiler.Compiler().compile(evaluate_on_golden_set, str(FOLDER / "vertex_component.yaml"))
