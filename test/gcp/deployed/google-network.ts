import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { type Duplex, pipeline } from "node:stream";
import { TLSSocket } from "node:tls";
import { temporaryFolder } from "../../modules/temporary-project";
import { selfSignedCertificate } from "./certificate";

export interface GoogleNetwork {
  /** What leads a process of Node's here, unchanged, if its `no_proxy` names this machine. */
  readonly environment: Readonly<Record<string, string>>;
  /** The hosts that were called, in order. */
  readonly called: readonly string[];
  stop(): Promise<void>;
}

/** https://cloud.google.com/compute/docs/metadata/overview#parts-of-a-request */
const TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

/**
 * The way out of a deployed function, which calls Google's own addresses: a proxy that speaks TLS for them, by a certificate that
 * only the function's process trusts, and leads to servers of this machine without TLS. No other host is reached, and none beyond
 * this machine. It is also the server that a function has its access token of.
 */
export async function startGoogleNetwork(portOf: (host: string) => number | undefined): Promise<GoogleNetwork> {
  const { key, cert } = selfSignedCertificate("*.googleapis.com");
  const called: string[] = [];
  const open = new Set<Duplex>();

  function lead({ url = "" }: IncomingMessage, socket: Duplex): void {
    const host = url.replace(/:443$/, "");
    const port = portOf(host);
    called.push(host);
    // The function's process is killed in the end, with whatever it has open.
    socket.on("error", () => undefined);
    if (port === undefined) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const secure = new TLSSocket(socket, { isServer: true, key, cert, ALPNProtocols: ["h2", "http/1.1"] });
    const service = connect(port, "127.0.0.1");
    for (const one of [socket, secure, service]) open.add(one);
    pipeline(secure, service, secure, () => undefined);
  }

  const server = createServer(({ url = "" }, response) => {
    response.setHeader("metadata-flavor", "Google").setHeader("content-type", "application/json");
    if (url.startsWith(TOKEN_PATH)) response.end(JSON.stringify({ access_token: "t", expires_in: 3_600, token_type: "Bearer" }));
    else response.writeHead(url.startsWith("/computeMetadata/v1/instance") ? 200 : 404).end();
  });
  server.on("connect", lead);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the network has no port");
  const proxy = `http://127.0.0.1:${address.port}`;
  return {
    environment: {
      GCE_METADATA_HOST: `127.0.0.1:${address.port}`,
      NODE_EXTRA_CA_CERTS: join(temporaryFolder({ "ca.pem": cert }), "ca.pem"),
      // Node's own fetch heeds the proxy then: https://nodejs.org/api/cli.html#node_use_env_proxy1
      NODE_USE_ENV_PROXY: "1",
      https_proxy: proxy,
    },
    called,
    stop: () =>
      new Promise((stopped) => {
        for (const one of open) one.destroy();
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
