import { createServer, type IncomingMessage } from "node:http";

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/**
 * What a fake service answers; `hang up` closes the connection without a response, `breaksOff` behind a body that was to be longer;
 * `silence` never answers, and `stalls` never ends its body.
 */
export type Answer =
  | {
      readonly status: number;
      readonly body: string | Buffer;
      readonly type?: string;
      readonly headers?: object;
      readonly breaksOff?: boolean;
      readonly stalls?: boolean;
    }
  | "hang up"
  | "silence";

export interface LoopbackServer {
  readonly endpoint: string;
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

/** Credentials and region that every client of a fake service takes. */
export const CLIENT = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } } as const;

/** A fake service on this machine; `answer` is asked once for each request, with the number of those before it. */
export async function startLoopbackServer(answer: (request: Received, before: number) => Answer): Promise<LoopbackServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url: path = "", headers } = request;
    received.push({ method, path, headers, body: Buffer.concat(chunks) });
    const answered = answer({ method, path, headers, body: Buffer.concat(chunks) }, received.length - 1);
    if (answered === "hang up") {
      request.socket.destroy();
      return;
    }
    if (answered === "silence") return;
    const type = { "content-type": answered.type ?? "application/x-amz-json-1.1" };
    if (answered.breaksOff || answered.stalls) {
      const length = { "content-length": Buffer.byteLength(answered.body) + 1 };
      response.writeHead(answered.status, { ...type, ...answered.headers, ...length });
      response.write(answered.body, () => answered.breaksOff && request.socket.destroy());
      return;
    }
    response.writeHead(answered.status, { ...type, ...answered.headers }).end(answered.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    received,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** The JSON body of a request. */
export function jsonOf(request: Received | undefined): unknown {
  if (request === undefined) throw new Error("no such request was received");
  return JSON.parse(request.body.toString("utf8"));
}

/** An error as the JSON protocols of AWS write it. */
export function awsError(type: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, body: JSON.stringify({ __type: type, message, Message: message, ...fields }) };
}
