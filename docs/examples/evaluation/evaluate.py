"""Evaluates a model on the golden set, and writes what Retrigger compares candidates by: evaluation.json and
golden-predictions.jsonl. Python 3.9 or newer, nothing else; docs/evaluation.md describes the files.

As a script, with the model's predictions in a file (id, prediction, and for two classes a score):

    python3 evaluate.py --model churn --golden golden.csv --predictions predictions.csv --id-column customer \\
        --label-column churned --slice-columns country --training-rows 48211 --output /opt/ml/processing/evaluation

or with a function `predict(rows)` of your own, which takes the golden set's rows as dictionaries without the label, and gives as
many predictions, each alone or as (prediction, score): `--predict my_model:predict` instead of `--predictions`.
"""

import argparse
import csv
import hashlib
import importlib
import json
import math
import os
import re
import sys

# Whole numbers with more different labels than this are quantities, not classes: the rule by which Retrigger reads the file.
MOST_NUMBERED_CLASSES = 20

# A CSV has texts alone. 007 stays one: it is a code, and no number.
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


class Mistake(ValueError):
    """What whoever calls this can correct. Errors of a model's own code are none, and keep their traceback."""


def evaluate(
    golden,
    output,
    model,
    training_rows,
    predictions=None,
    predict=None,
    id_column="id",
    label_column="label",
    slice_columns=(),
    data_set_rows=None,
    schema_version=None,
    golden_uri=None,
    predictions_name="golden-predictions.jsonl",
    predictions_path=None,
    predictions_uri=None,
    evaluation_path=None,
):
    """Writes both files and returns what evaluation.json says. `golden` and `predictions` are paths of CSV or JSON Lines, or of
    folders with one such file.

    The files go to the folder `output`, or to `evaluation_path` and `predictions_path`; `predictions_uri` is where the second one
    can be read later, when that is not beside the first.
    Raises Mistake, a ValueError, when the golden set or the predictions cannot be used: nothing is written then.
    """
    rows = read_rows(golden)
    if not rows:
        raise Mistake(f"{golden} has no rows")
    for column in (id_column, label_column, *slice_columns):
        expect_column(golden, rows, column)
    for column in (id_column, label_column):
        missing = next((number for number, row in enumerate(rows, 1) if row.get(column) in (None, "")), None)
        if missing is not None:
            raise Mistake(f"row {missing} of {golden} has no {column}; its columns are {', '.join(rows[missing - 1])}")
    for number, row in enumerate(rows, 1):
        if isinstance(row[label_column], float) and not math.isfinite(row[label_column]):
            raise Mistake(f"row {number} of {golden} has {row[label_column]} as {label_column}; expected a finite number")
    ids = [row[id_column] for row in rows]
    if len({str(value) for value in ids}) < len(ids):
        raise Mistake(f"{golden} has the same {id_column} in several rows")

    said = predicted_by(predict, rows, label_column) if predict is not None else predicted_in(predictions, ids, id_column)
    labels = [row[label_column] for row in rows]
    lines = []
    for row, label, (prediction, score) in zip(rows, labels, said):
        line = {"id": row[id_column], "label": label, "prediction": prediction}
        if score is not None:
            line["score"] = score
        slices = {column: str(row[column]) for column in slice_columns if row.get(column) not in (None, "")}
        if slices:
            line["slices"] = slices
        lines.append(line)

    group, metrics = measured(lines)
    text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)
    predictions_path = predictions_path or os.path.join(output, predictions_name)
    written = text.encode("utf-8")
    write(predictions_path, written)

    training = {"rows": training_rows}
    if data_set_rows is not None:
        training["dataSetRows"] = data_set_rows
    identity = {"schema": 1, "model": model}
    if schema_version is not None:
        identity["schemaVersion"] = schema_version
    golden_set = {"uri": golden_uri} if golden_uri is not None else {}
    identity["goldenSet"] = {**golden_set, "sha256": sha256_of(golden), "rows": len(rows)}
    identity["predictions"] = {"uri": predictions_uri or predictions_name, "sha256": hashlib.sha256(written).hexdigest()}
    identity["training"] = training
    evaluation = {group: metrics, "retrigger": identity}
    evaluation_path = evaluation_path or os.path.join(output, "evaluation.json")
    write(evaluation_path, (json.dumps(evaluation, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8"))
    return evaluation


def read_rows(path):
    """Rows as dictionaries: of JSON Lines as they are, of a CSV with its header, all of whose values are texts or numbers."""
    try:
        with open(file_of(path), encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}; expected CSV or JSON Lines, or a folder with one file") from None
    except UnicodeDecodeError:
        raise Mistake(f"{path} is no text in UTF-8; expected CSV or JSON Lines") from None
    # Told by the text: an artifact of a pipeline is a file without an ending.
    if text.lstrip().startswith("{"):
        return [json_row(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip() != ""]
    rows = list(csv.DictReader(text.splitlines(keepends=True), restkey=""))
    if any("" in row for row in rows):
        raise Mistake(f"{path} has a row of more values than its header, or a column without a name")
    for column in rows[0] if rows else ():
        # One value that is no number makes the column one of texts.
        if all(row[column] in (None, "") or NUMBER.fullmatch(row[column]) for row in rows):
            for row in rows:
                row[column] = None if row[column] in (None, "") else json.loads(row[column])
    return rows


def json_row(path, number, line):
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise Mistake(f"line {number} of {path} is no JSON object; expected a row, such as {{\"id\": 7, \"label\": 1}}")
    return row


def expect_column(path, rows, *names):
    """At least one row has a column of one of these names."""
    if rows and not any(name in row for row in rows for name in names):
        columns = dict.fromkeys(column for row in rows for column in row)
        raise Mistake(f"{path} has no column {' or '.join(dict.fromkeys(names))}; its columns are {', '.join(columns)}")


def file_of(path):
    """The file itself, or the one that a folder holds: SageMaker puts an input into a folder, under its own name."""
    if not os.path.isdir(path):
        return path
    names = sorted(name for name in os.listdir(path) if not name.startswith("."))
    if len(names) != 1:
        raise Mistake(f"{path} has {len(names)} files, expected one")
    return os.path.join(path, names[0])


def predicted_by(predict, rows, label_column):
    """(prediction, score) of each row, by a function that never sees the label; score is None where it gives none."""
    inputs = [{name: value for name, value in row.items() if name != label_column} for row in rows]
    given = predict(inputs)
    try:
        given = list(given)
    except TypeError:
        raise Mistake(f"predict gave {shown(given)}; expected a list of {len(rows)} predictions, one for each row") from None
    if len(given) != len(rows):
        raise Mistake(f"predict gave {len(given)} predictions for {len(rows)} rows; expected one for each row")
    pairs = [value if isinstance(value, tuple) else (value, None) for value in given]
    for number, pair in enumerate(pairs, 1):
        if len(pair) != 2:
            raise Mistake(f"prediction {number} is {shown(pair)}; expected a prediction alone, or (prediction, score)")
    return [checked(*pair, row=number) for number, pair in enumerate(pairs, 1)]


def predicted_in(path, ids, id_column):
    """(prediction, score) of each id, from a file with the columns id (or the golden set's), prediction and score."""
    if path is None:
        raise Mistake("give either predictions or predict")
    found = {}
    rows = read_rows(path)
    expect_column(path, rows, id_column, "id")
    expect_column(path, rows, "prediction")
    for number, row in enumerate(rows, 1):
        key = row.get(id_column, row.get("id"))
        if str(key) in found:
            raise Mistake(f"row {number} of {path} predicts {key} once more")
        found[str(key)] = checked(row.get("prediction"), row.get("score"), row=number)
    # A model that is judged on the rows that it finds easy is not judged.
    missing = [key for key in ids if str(key) not in found]
    if missing:
        raise Mistake(f"{path} has no prediction for {len(missing)} of {len(ids)} rows, such as {missing[0]}")
    return [found[str(key)] for key in ids]


def checked(prediction, score, row):
    """Plain Python values, also of NumPy's: JSON knows no others."""
    prediction, score = plain(prediction), plain(score)
    score = None if score == "" else score
    if prediction is None or prediction == "" or (isinstance(prediction, float) and not math.isfinite(prediction)):
        raise Mistake(f"prediction {row} is {shown(prediction)}; expected a class or a finite number")
    if not isinstance(prediction, (str, bool, int, float)):
        raise Mistake(f"prediction {row} is {shown(prediction)}; expected a text, number or truth, or (prediction, score)")
    if score is not None and not (isinstance(score, (int, float)) and math.isfinite(score)):
        raise Mistake(f"score {row} is {shown(score)}; expected a finite number, or none")
    return prediction, score


def plain(value):
    """NumPy's scalars have `item`, which gives Python's; its arrays have it too, for one value alone."""
    return value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value


def shown(value):
    """A value in one short line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def measured(lines):
    """The key of evaluation.json for this kind of model, and its metrics."""
    values = [(line["label"], line["prediction"]) for line in lines]
    forms = {form(value) for pair in values for value in pair}
    if len(forms) > 1:
        raise Mistake(f"labels and predictions are {' and '.join(sorted(forms))}: give all of them in one form")
    if all(is_number(value) for pair in values for value in pair):
        is_whole = all(float(value).is_integer() for pair in values for value in pair)
        if not is_whole and all(label in (0, 1) and 0 <= prediction <= 1 for label, prediction in values):
            raise Mistake("labels are 0 and 1 and predictions are not: give the class as prediction, its probability as score")
        if not is_whole or len({label for label, _ in values}) > MOST_NUMBERED_CLASSES:
            return "regression_metrics", regression_metrics(values)
    names = sorted({value for pair in values for value in pair})
    if "texts" in forms and all(NUMBER.fullmatch(name) for name in names):
        names.sort(key=float)
    if len(names) > 2:
        return "multiclass_classification_metrics", classification_metrics(values, names)
    metrics = classification_metrics(values, names)
    if len(names) == 2:
        metrics.update(binary_metrics(lines, names[1]))
    return "binary_classification_metrics", metrics


def form(value):
    return "true or false" if isinstance(value, bool) else "numbers" if is_number(value) else "texts"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def regression_metrics(values):
    errors = [prediction - label for label, prediction in values]
    mse = math.fsum(error * error for error in errors) / len(errors)
    mae = math.fsum(abs(error) for error in errors) / len(errors)
    return {"mae": {"value": mae}, "mse": {"value": mse}, "rmse": {"value": math.sqrt(mse)}}


def classification_metrics(values, names):
    confusion = {class_name(label): {class_name(name): 0 for name in names} for label in names}
    for label, prediction in values:
        confusion[class_name(label)][class_name(prediction)] += 1
    right = sum(label == prediction for label, prediction in values)
    return {"confusion_matrix": confusion, "accuracy": {"value": right / len(values)}}


def class_name(value):
    """As JSON writes it: true, 1, and 1 for 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def binary_metrics(lines, positive):
    """What two classes have besides: the second one, in order, is the positive one."""
    true_positives = sum(line["label"] == positive and line["prediction"] == positive for line in lines)
    predicted = sum(line["prediction"] == positive for line in lines)
    positives = sum(line["label"] == positive for line in lines)
    # A ratio of nothing is no number, and is left out: Retrigger then says that it is missing.
    ratios = {"precision": (true_positives, predicted), "recall": (true_positives, positives)}
    metrics = {name: {"value": part / whole} for name, (part, whole) in ratios.items() if whole > 0}
    if predicted + positives > 0:
        metrics["f1"] = {"value": 2 * true_positives / (predicted + positives)}
    if all("score" in line for line in lines) and 0 < positives < len(lines):
        metrics["auc"] = {"value": auc([(line["score"], line["label"] == positive) for line in lines])}
    return metrics


def auc(scored):
    """Probability that a positive row has the higher score; equal ones count half (Mann and Whitney's U, by ranks)."""
    ordered = sorted(scored, key=lambda pair: pair[0])
    ranks, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        ranks += (start + 1 + end) / 2 * sum(is_positive for _, is_positive in ordered[start:end])
        start = end
    positives = sum(is_positive for _, is_positive in scored)
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(scored) - positives))


def sha256_of(path):
    digest = hashlib.sha256()
    with open(file_of(path), "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def write(path, content):
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    except OSError as error:
        raise Mistake(f"{path} cannot be written: {error.strerror}; expected a place that may be written to") from None


def whole(words):
    """A number of rows; 48211.0 too, as numbers of pipelines may be written."""
    if not re.fullmatch(r"\d+(\.0+)?", words):
        raise argparse.ArgumentTypeError(f"got {shown(words)}; expected a whole number of rows, such as 48211")
    return int(words.partition(".")[0])


def function_of(words):
    """The function that `module:function` names."""
    module, _, name = words.partition(":")
    if module == "" or name == "":
        raise Mistake(f"--predict is {shown(words)}; expected module:function, such as my_model:predict")
    # A script's own folder is searched for modules, not the one that it is called from.
    sys.path.insert(0, os.getcwd())
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            raise Mistake(f"--predict: no module {module} in {os.getcwd()}, nor installed; expected module:function") from None
        raise Mistake(f"--predict: {module} needs {error.name}, which is not installed; install it") from None
    function = getattr(found, name, None)
    if not callable(function):
        functions = [one for one, value in vars(found).items() if callable(value) and not one.startswith("_")]
        raise Mistake(f"--predict: {module} has no function {name}; its functions are {', '.join(functions) or 'none'}")
    return function


def main(words):
    parser = argparse.ArgumentParser(description="Writes evaluation.json and golden-predictions.jsonl for Retrigger.")
    parser.add_argument("--model", required=True, help="the model's name in retrigger.yaml")
    parser.add_argument("--golden", required=True, help="the golden set: CSV with a header, or JSON Lines")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--predictions", help="file with id, prediction and, for two classes, score")
    given.add_argument("--predict", help="module:function, called with the golden set's rows")
    parser.add_argument("--id-column", default="id")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--slice-columns", default="", help="such as country,plan")
    parser.add_argument("--training-rows", type=whole, required=True, help="rows that the model was trained on")
    parser.add_argument("--data-set-rows", type=whole, help="rows of the whole data set that the training was given; 0 if not known")
    parser.add_argument("--schema-version", help="version of the model's inputs")
    parser.add_argument("--golden-uri", help="where the golden set lies, for people")
    parser.add_argument("--output", default=".", help="folder that the two files are written to")
    parser.add_argument("--evaluation-path", help="file to write instead of evaluation.json in that folder")
    parser.add_argument("--predictions-path", help="file to write instead of golden-predictions.jsonl in that folder")
    parser.add_argument("--predictions-uri", help="where that file can be read later, unless it is beside evaluation.json")
    options = parser.parse_args(words)
    predict = None if options.predict is None else function_of(options.predict)
    evaluation = evaluate(
        golden=options.golden,
        output=options.output,
        model=options.model,
        training_rows=options.training_rows,
        predictions=options.predictions,
        predict=predict,
        id_column=options.id_column,
        label_column=options.label_column,
        slice_columns=[column.strip() for column in options.slice_columns.split(",") if column.strip() != ""],
        data_set_rows=options.data_set_rows or None,
        schema_version=options.schema_version or None,
        golden_uri=options.golden_uri or None,
        predictions_path=options.predictions_path,
        predictions_uri=options.predictions_uri,
        evaluation_path=options.evaluation_path,
    )
    print(json.dumps(evaluation["retrigger"]))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Mistake as mistake:
        print(f"evaluate.py: {mistake}", file=sys.stderr)
        sys.exit(2)
