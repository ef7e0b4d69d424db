import { RetryableError } from "../../functions/core/errors";
import { retryWithJitter } from "../../functions/node/retry-with-jitter";

describe("retryWithJitter", () => {
  it("should wait a random part of a time that doubles up to a second", async () => {
    // Arrange
    const waits: number[] = [];
    const operation = failingFor(11);

    // Act
    const result = await retryWithJitter("it", isBusy, operation, async (ms) => waits.push(ms));

    // Assert
    const longest = [25, 50, 100, 200, 400, 800, 1000, 1000, 1000, 1000, 1000];
    expect(result).toBe("done");
    expect(waits).toHaveLength(11);
    expect(waits.every((ms, index) => ms >= 0 && ms <= (longest[index] ?? 0))).toBe(true);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it("should give up after 12 tries, and say why", async () => {
    const failure = await retryWithJitter("it", isBusy, failingFor(12), async () => {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(failure).toMatchObject({
      message: "it was refused 12 times in a row; it can be tried again later",
      cause: { message: "busy" },
    });
  });

  it("should not repeat what does not pass", async () => {
    let tries = 0;
    const operation = async () => {
      tries++;
      throw new Error("broken");
    };
    await expect(retryWithJitter("it", isBusy, operation, async () => {})).rejects.toThrow("broken");
    expect(tries).toBe(1);
  });
});

// Helpers

function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message === "busy";
}

function failingFor(times: number): () => Promise<string> {
  let tries = 0;
  return async () => {
    if (tries++ < times) throw new Error("busy");
    return "done";
  };
}
