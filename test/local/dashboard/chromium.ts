import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Names the executable of a Chromium, or of its headless shell. */
const EXECUTABLE_VARIABLE = "CHROMIUM";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote", "--remote-debugging-pipe"];

/** How a page is looked at. */
interface View {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A page in a running Chromium. */
export interface BrowserPage {
  /** Loads a file, and waits until it is there. */
  open(url: string, view: View): Promise<void>;
  /** What an expression comes to in the page, as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** What the page wrote to its console, threw, or was not allowed to do. */
  complaints(): readonly unknown[];
}

/** A suite in Chromium. Where CHROMIUM names none, the suite is skipped, and its name says so. */
export function describeWithChromium(name: string, body: (page: () => BrowserPage) => void): void {
  const executable = process.env[EXECUTABLE_VARIABLE];
  if (!executable) {
    describe.skip(`${name} (skipped: ${EXECUTABLE_VARIABLE} names no executable of Chromium)`, () => body(unstarted));
    return;
  }
  describe(name, () => {
    let started: Awaited<ReturnType<typeof startChromium>> | undefined;
    beforeAll(async () => {
      started = await startChromium(executable);
    });
    afterAll(() => started?.stop());
    body(() => started?.page ?? unstarted());
  });
}

async function startChromium(executable: string): Promise<{ readonly page: BrowserPage; stop(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), "retrigger-chromium-"));
  const flags = [...FLAGS, `--user-data-dir=${profile}`];
  const child = spawn(executable, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const { send, listen } = devTools(child);
  const complaints: unknown[] = [];
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const inPage = (method: string, params: object = {}) => send(method, params, String(sessionId));
  listen((method, params) => {
    if (["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].includes(method)) complaints.push(params);
  });
  for (const domain of ["Page", "Runtime", "Log"]) await inPage(`${domain}.enable`);

  return {
    page: {
      async open(url, { width, scheme }) {
        await inPage("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
        await inPage("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
        const loaded = new Promise<void>((resolve) => listen((method) => method === "Page.loadEventFired" && resolve()));
        await inPage("Page.navigate", { url });
        await loaded;
      },
      async evaluate(expression) {
        const { result } = await inPage("Runtime.evaluate", { expression: `JSON.stringify(${expression})` });
        return JSON.parse(String((result as { readonly value?: unknown }).value));
      },
      complaints: () => complaints,
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Reply = Readonly<Record<string, unknown>>;
type Listener = (method: string, params: unknown) => void;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: Reply;
  readonly error?: { readonly message: string };
}

/** Messages of JSON, each ended by a zero byte. https://chromedevtools.github.io/devtools-protocol/ */
function devTools(child: ChildProcess) {
  const [, , , input, output] = child.stdio as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  const listeners: Listener[] = [];
  let received = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    const messages = `${received}${text}`.split("\0");
    received = messages.pop() ?? "";
    for (const message of messages) take(JSON.parse(message));
  });
  child.once("error", fail);
  child.once("exit", () => fail(new Error("Chromium ended")));
  input.on("error", fail);

  function take({ id, method, params, result, error }: Message): void {
    if (method !== undefined) for (const listener of listeners) listener(method, params);
    const waiter = id === undefined ? undefined : waiting.get(id);
    if (error !== undefined) waiter?.reject(new Error(error.message));
    else waiter?.resolve(result ?? {});
  }

  function fail(error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
  }

  return {
    listen: (listener: Listener) => void listeners.push(listener),
    send: (method: string, params: object, sessionId?: string) =>
      new Promise<Reply>((resolve, reject) => {
        const id = waiting.size + 1;
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}

function unstarted(): never {
  throw new Error("Chromium runs only inside of a test; ask for it there");
}
