/** A pipeline as version 2 of the Kubeflow Pipelines SDK compiles it, shortened. */
export const TEMPLATE = `
# PIPELINE DEFINITION
components:
  comp-nested:
    dag:
      tasks:
        prepare:
          cachingOptions: {}
          componentRef:
            name: comp-prepare
  comp-train:
    executorLabel: exec-train
    inputDefinitions:
      parameters:
        rate:
          defaultValue: 0.1
          parameterType: NUMBER_DOUBLE
deploymentSpec:
  executors:
    exec-train:
      container:
        args: [1e5, 0o17]
        image: trainer
pipelineInfo:
  name: flights-training
root:
  dag:
    tasks:
      train:
        cachingOptions:
          enableCache: true
        componentRef:
          name: comp-train
  inputDefinitions:
    parameters:
      manifest_uri:
        parameterType: STRING
      rows:
        defaultValue: 1.0
        parameterType: NUMBER_INTEGER
      rate:
        defaultValue: 1.0e-05
        parameterType: NUMBER_DOUBLE
      fast:
        isOptional: true
        parameterType: BOOLEAN
      tags:
        defaultValue: []
        parameterType: LIST
      options:
        defaultValue: {}
        parameterType: STRUCT
schemaVersion: 2.1.0
sdkVersion: kfp-2.13.0
`;

/** A job as version 1 of the SDK compiled it, shortened: in JSON, and with the values of parameters beside the spec. */
export const JOB_TEMPLATE_2_0 = JSON.stringify({
  pipelineSpec: {
    pipelineInfo: { name: "flights-training" },
    root: {
      dag: { tasks: { train: { cachingOptions: { enableCache: true } } } },
      inputDefinitions: {
        parameters: {
          manifest_uri: { type: "STRING" },
          rows: { type: "INT" },
          rate: { type: "DOUBLE" },
          epochs: { type: "INT" },
        },
      },
    },
    schemaVersion: "2.0.0",
  },
  runtimeConfig: { parameters: { epochs: { intValue: "3" }, rows: { intValue: "1" } } },
});
