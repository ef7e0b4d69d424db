import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { terminalPrompt } from "../../../cli/init/prompt";

const anyAnswer = () => undefined;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

describe("terminalPrompt", () => {
  it("should take an answer, and the standard for an empty one", async () => {
    const { type, prompt } = terminal();
    const question = { text: "Region", standard: "eu-central-1", problem: anyAnswer };

    const [first, second] = [prompt.ask(question), () => prompt.ask(question)];
    type("us-east-1\r");
    expect(await first).toBe("us-east-1");
    const third = second();
    type("\r");
    expect(await third).toBe("eu-central-1");
  });

  it("should say what is wrong, and ask again", async () => {
    const { type, prompt, shown } = terminal();

    const answer = prompt.ask({
      text: "Name",
      problem: (value) => (value === "right" ? undefined : `got ${value}; expected right`),
    });
    type("wrong\u009b2J\r");
    type("right\r");

    expect(await answer).toBe("right");
    expect(await shown()).toContain("got wrong\\u009b2J; expected right");
  });

  it("should take a choice by its number or name, and anything else as it is", async () => {
    const choices = ["churn-training", "demand-training"];
    for (const [typed, expected] of [
      ["2", "demand-training"],
      ["churn-training", "churn-training"],
      ["3", "3"],
      ["other", "other"],
    ]) {
      const { type, prompt } = terminal();
      const answer = prompt.ask({ text: "Pipeline", choices, problem: anyAnswer });
      type(`${typed}\r`);
      expect(await answer).toBe(expected);
    }
  });

  it("should offer the names that have a part of what was typed, and take it when it is typed again", async () => {
    const choices = Array.from({ length: 1_000 }, (_, index) => `pipeline-${index}`);
    const { type, prompt, shown } = terminal();

    const found = prompt.ask({ text: "Pipeline", choices, problem: anyAnswer });
    type("line-77\r");
    type("2\r");
    expect(await found).toBe("pipeline-770");
    const insisted = prompt.ask({ text: "Pipeline", choices, problem: anyAnswer });
    type("line-77\r");
    type("line-77\r");
    expect(await insisted).toBe("line-77");
    expect(await shown()).toContain("and 980 more: type a name, or a part of it");
  });

  it("should show names of others harmless", async () => {
    const { type, prompt, shown } = terminal();

    const answer = prompt.ask({ text: "Pipeline", choices: ["a\u001b[2J\nforged"], problem: anyAnswer });
    type("1\r");

    expect(await answer).toBe("a\u001b[2J\nforged");
    expect(await shown()).toContain(" 1 a\\u001b[2J forged\n");
  });

  it.each([
    ["Ctrl-C", CTRL_C, { name: "InterruptedError", message: "interrupted; nothing was written" }],
    ["Ctrl-D", CTRL_D, { name: "CommandError", message: "the input ended before the last answer; nothing was written" }],
  ])("should end by %s, and stay ended", async (_name, key, error) => {
    const { type, prompt } = terminal();
    const question = { text: "Name", problem: anyAnswer };

    const answer = prompt.ask(question);
    type(key);

    await expect(answer).rejects.toMatchObject(error);
    await expect(prompt.ask(question)).rejects.toMatchObject(error);
  });
});

// Helpers

function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const prompt = terminalPrompt(input, output);
  const type = (keys: string) => void input.write(keys);
  const shown = async () => {
    prompt.close();
    output.end();
    return text(output);
  };
  return { prompt, type, shown };
}
