import * as z from "zod/mini";
import { modelNameSchema } from "../../model-settings";
import { amountSchema, ordinalSchema } from "../../numbers";
import { sha256Schema } from "../promotion-settings";

/** Name of the file, as the examples of SageMaker write it. */
export const EVALUATION_FILE = "evaluation.json";

const uriSchema = z.string().check(z.minLength(1), z.maxLength(1024));

/** The key `retrigger` of an evaluation; what it does not know is left out. */
export const identitySchema = z.object({
  schema: z.literal(1).check(z.describe("Of this format")),
  model: modelNameSchema.check(z.describe("The model's name in retrigger.yaml")),
  schemaVersion: z.exactOptional(
    z.string().check(z.minLength(1), z.maxLength(64), z.describe("Version of the inputs that the model is made for")),
  ),
  goldenSet: z
    .object({
      uri: z.exactOptional(uriSchema.check(z.describe("Where the golden set lies, for people"))),
      sha256: sha256Schema.check(z.describe("SHA-256 of the golden set's bytes, in small hexadecimal digits")),
      rows: ordinalSchema.check(z.describe("Rows of the golden set, each of which is predicted")),
    })
    .check(z.describe("What the model was evaluated on")),
  predictions: z.exactOptional(
    z
      .object({
        uri: uriSchema.check(z.describe("Of golden-predictions.jsonl; or its path from the folder of this file")),
        sha256: z.exactOptional(sha256Schema.check(z.describe("SHA-256 of that file's bytes, in small hexadecimal digits"))),
      })
      .check(z.describe("What the model predicted of each row; without it nothing is compared row by row")),
  ),
  training: z
    .object({
      rows: amountSchema.check(z.describe("Rows that the model was trained on")),
      dataSetRows: z.exactOptional(amountSchema.check(z.describe("Rows of the whole data set that the training was given"))),
    })
    .check(z.describe("What the model was trained on")),
});

/** A number, or the name of one that JSON lacks, which is then unusable. */
const metricsSchema = z
  .catchall(
    z.object({
      confusion_matrix: z.exactOptional(
        z
          .record(z.string(), z.record(z.string(), amountSchema))
          .check(z.describe("Rows of the golden set by their label, and by what was predicted")),
      ),
    }),
    z.unknown(),
  )
  .check(z.describe('Metrics by name: {"value": 0.91} each, or the number alone; anything else in it is left out'));

/**
 * The form of `evaluation.json` that docs/evaluation.md describes. `parseEvaluation` reads files of other forms too, and tells of
 * each metric that has no number, so that it reads the metrics without this schema.
 */
export const evaluationFileSchema = z.object({
  binary_classification_metrics: z.exactOptional(metricsSchema),
  multiclass_classification_metrics: z.exactOptional(metricsSchema),
  regression_metrics: z.exactOptional(metricsSchema),
  retrigger: z.exactOptional(identitySchema.check(z.describe("What Retrigger compares by; without it nothing is promoted"))),
});

const classSchema = z.union([z.number(), z.boolean(), z.string().check(z.minLength(1), z.maxLength(256))]);

/** A line of `golden-predictions.jsonl`; docs/evaluation.md. */
export const goldenPredictionSchema = z.object({
  id: z
    .union([z.string().check(z.minLength(1), z.maxLength(256)), z.number()])
    .check(z.describe("The row's own: the same in the file of every model, and once in each")),
  label: classSchema.check(z.describe("What was observed: a class as text, true, false or number, or a quantity")),
  prediction: classSchema.check(z.describe("What the model says, in the form of label")),
  score: z.exactOptional(
    z
      .nullable(z.number())
      .check(z.describe("Of two classes: the second one's probability, or whatever grows with it; null where there is none")),
  ),
  slices: z.exactOptional(
    z
      .record(z.string(), z.union([z.string().check(z.maxLength(256)), z.number(), z.boolean(), z.null()]))
      .check(z.describe("What tells groups of rows apart, by column")),
  ),
});
