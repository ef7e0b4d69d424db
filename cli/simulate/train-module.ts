import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

/** What a module answered: what its `train` returned, or why there is nothing. */
export type ModuleAnswer = { readonly returned: unknown } | { readonly failed: string };

/** What a thread runs that loads a module once, and asks it whatever it is told. */
const THREAD = `
const { parentPort, workerData: { file, port, signal } } = require("node:worker_threads");
const answer = (said) => {
  try { port.postMessage(said); } catch (error) { port.postMessage({ failed: String(error) }); }
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
};
const reasonOf = (error) => error instanceof Error ? error.message : String(error);
const loaded = import(file).then(({ train }) => {
  if (typeof train !== "function") throw new Error("it exports no function named train");
  return train;
});
loaded.catch(() => undefined);
process.on("exit", () => answer({ failed: "it ended its process" }));
process.on("uncaughtException", (error) => answer({ failed: reasonOf(error) }));
parentPort.on("message", (question) => {
  loaded.then((train) => train(question)).then((returned) => answer({ returned }), (error) => answer({ failed: reasonOf(error) }));
});
`;

/**
 * Loads a JavaScript module that exports `train`, on a thread of its own, and gives what asks it a question and waits for the
 * answer: the module may load its data once, and may do so asynchronously, while whoever asks does not.
 */
export function openTrainModule(file: string): (question: unknown) => ModuleAnswer {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { file: pathToFileURL(resolve(file)).href, port: port2, signal };
  const worker = new Worker(THREAD, { eval: true, workerData, transferList: [port2] });
  // Nobody waits for it but who asks; it ends with the command.
  worker.unref();
  port1.unref();
  return (question) => {
    Atomics.store(signal, 0, 0);
    worker.postMessage(question);
    Atomics.wait(signal, 0, 0);
    const received: { message: ModuleAnswer } | undefined = receiveMessageOnPort(port1);
    return received?.message ?? { failed: "it did not answer" };
  };
}
