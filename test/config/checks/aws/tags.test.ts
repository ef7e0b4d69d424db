import { messageOf } from "../../../stacks/config-messages";

describe("tags of a model", () => {
  it("should be at most 50 on a resource, with those of everything and Retrigger's own", () => {
    expect(messageOf(onAws(tagsOf("all", 40), tagsOf("own", 6)))).toBe("no mistake");
    expect(messageOf(onAws(tagsOf("all", 40), tagsOf("all", 40)))).toBe("no mistake");
    expect(messageOf(onAws(tagsOf("all", 40), tagsOf("own", 8)))).toContain(
      "models.churn.tags: makes 52 tags with aws.tags and application, environment, model, schedule; expected at most 50 in all, which AWS allows a resource; leave out 2",
    );
  });

  it("should be called labels on Google Cloud", () => {
    const message = messageOf({
      environment: "dev",
      gcp: { project: "acme-ml", region: "europe-west4" },
      models: {
        churn: { tags: { team: "ml" }, data: DATA, pipeline: { template: "gs://acme/t.json", outputDirectory: "gs://out" } },
      },
    });

    expect(message).toContain(
      "models.churn.tags: got tags of a model on Google Cloud; expected them with pipeline.name alone, on AWS; write labels instead",
    );
  });

  it("should be called tags on AWS", () => {
    const section = { labels: { team: "ml" }, data: DATA, pipeline: { name: "training" } };
    const message = messageOf({ environment: "dev", aws: { region: "eu-central-1" }, models: { churn: section } });

    expect(message).toContain(
      "models.churn.labels: got labels of a model on AWS; expected them with pipeline.template alone, on Google Cloud; write tags instead",
    );
  });
});

// Helpers

const DATA = { bucket: "acme", prefixes: ["in/"] };

function tagsOf(name: string, count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`${name}-${number}`, "x"]));
}

function onAws(ofAll: object, ofModel: object) {
  return {
    environment: "dev",
    aws: { region: "eu-central-1", tags: ofAll },
    models: { churn: { tags: ofModel, data: DATA, pipeline: { name: "training" } } },
  };
}
