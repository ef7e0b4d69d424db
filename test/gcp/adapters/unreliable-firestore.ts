import type { Firestore } from "@google-cloud/firestore";

/** A commit of a client, yet to be performed. */
export type Commit = () => Promise<unknown>;

/** An error as Firestore's client gives it, with a gRPC code. */
export function firestoreError(code: number): Error {
  return Object.assign(new Error(`${code}: refused by the test`), { code });
}

/** Lets every commit of a client pass through `intercept`, below the library's own code. */
export function interceptCommits(firestore: Firestore, intercept: (commit: Commit) => Promise<unknown>): void {
  wrapMethod(firestore, "request", (method, perform) => (method === "commit" ? intercept(perform) : perform()));
}

/** Performs the next `count` commits, and then tells their caller `code` instead of the answer. */
export function loseResponses(firestore: Firestore, count: number, code: number, beforeLoss: Commit = async () => undefined): void {
  let left = count;
  interceptCommits(firestore, async (commit) => {
    const answer = await commit();
    if (left === 0) return answer;
    left--;
    await beforeLoss();
    throw firestoreError(code);
  });
}

/** Refuses the next commits, or the next reads, with these codes, one after the other. */
export function refuse(firestore: Firestore, codes: readonly number[], which: "commits" | "reads" = "commits"): { tries: number } {
  const met = { tries: 0 };
  const intercept = async (perform: Commit) => {
    const code = codes[met.tries++];
    if (code !== undefined) throw firestoreError(code);
    return perform();
  };
  if (which === "commits") interceptCommits(firestore, intercept);
  else wrapMethod(firestore, "requestStream", (_, perform) => intercept(perform));
  return met;
}

/** Refuses everything, before anything is sent. */
export function refuseAll(firestore: Firestore, error: () => Error): void {
  for (const name of ["request", "requestStream"]) wrapMethod(firestore, name, () => Promise.reject(error()));
}

/** Counts a client's commits, and its requests to read. */
export function countRequests(firestore: Firestore): { commits: number; reads: number } {
  const counted = { commits: 0, reads: 0 };
  interceptCommits(firestore, (commit) => {
    counted.commits++;
    return commit();
  });
  wrapMethod(firestore, "requestStream", (_, perform) => {
    counted.reads++;
    return perform();
  });
  return counted;
}

function wrapMethod(firestore: Firestore, name: string, wrap: (method: unknown, perform: Commit) => Promise<unknown>): void {
  const original: unknown = Reflect.get(firestore, name);
  if (typeof original !== "function") throw new Error(`the client has no ${name}; see how this version of it sends requests`);
  Reflect.set(firestore, name, (method: unknown, ...rest: unknown[]) =>
    wrap(method, async () => original.call(firestore, method, ...rest)),
  );
}
